//! What goes wrong around a run, and that nothing is lost by it.

use crate::project::Project;
use crate::run::{project_of, results};
use std::process::Command;
use std::time::Duration;

#[test]
fn a_bad_report_is_named_and_the_others_are_coded() {
    let project = Project::small();
    project.write("corpus/reports/empty.docx", "");
    project.write("corpus/reports/page.docx", "<html><body>Hello</body></html>");
    project.write("corpus/reports/zip.docx", "PK\u{3}\u{4} and then nothing");
    insta::assert_snapshot!(project.run(&["run"]));
    insta::assert_snapshot!(project.run(&["run"]));
}

#[test]
fn a_folder_without_reports_is_said() {
    let project = Project::small();
    for name in ["first.txt", "second.txt"] {
        std::fs::remove_file(project.path("corpus/reports").join(name)).unwrap();
    }
    insta::assert_snapshot!(project.run(&["run"]));
}

#[test]
fn two_runs_at_once_do_not_meet() {
    let project = Project::small();
    project.run(&["run"]);
    let lock = std::fs::File::open(project.path("corpus/derived/lock")).unwrap();
    lock.lock().unwrap();
    insta::assert_snapshot!(project.run(&["run"]));
    lock.unlock().unwrap();
    assert!(project.run(&["run"]).starts_with("exit code: 0"));
}

#[test]
fn derived_data_that_cannot_be_written_is_said() {
    let project = Project::small();
    project.write("corpus/derived", "a file stands where the folder should be");
    insta::assert_snapshot!(project.run(&["run"]));
}

#[cfg(unix)]
#[test]
fn a_link_to_nowhere_is_a_failure_and_the_rest_is_coded() {
    let project = Project::small();
    std::os::unix::fs::symlink("nowhere.docx", project.path("corpus/reports/link.docx")).unwrap();
    insta::assert_snapshot!("link_run", project.run(&["run"]));
    insta::assert_snapshot!("link_check", project.run(&["check"]));
}

/// Files may not grow beyond a few kilobytes, as on a disk that fills up.
#[cfg(unix)]
#[test]
fn a_full_disk_is_said_and_the_next_run_goes_on() {
    let (undisturbed, project) = (project_of(200), project_of(200));
    undisturbed.run(&["run"]);
    let limited = |blocks: u32| {
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" run");
        let mut command = Command::new("bash");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_codeframe")]).current_dir(project.root());
        command.output().expect("bash is there")
    };
    for blocks in [0, 8, 40, 64] {
        let output = limited(blocks);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{blocks}: {said}");
        // Which file meets the limit first is no promise; that it is named, and what to do, is.
        assert!(said.starts_with("error: could not ") && said.contains("corpus/"), "{blocks}: {said}");
        assert!(said.contains("make room") && said.contains("nothing is lost"), "{blocks}: {said}");
    }
    assert!(project.run(&["run"]).starts_with("exit code: 0"));
    assert_eq!(results(&project), results(&undisturbed));
}

#[test]
fn a_report_that_is_written_while_it_is_read_is_read_again() {
    let project = Project::small();
    let path = project.path("corpus/reports/growing.txt");
    let line = "Mums came on Friday and stayed for the afternoon.\n\n";
    std::fs::write(&path, line).unwrap();
    let stop = std::sync::atomic::AtomicBool::new(false);
    /// Stops the writer however the test ends; a scope waits for its threads.
    struct Stop<'s>(&'s std::sync::atomic::AtomicBool);
    impl Drop for Stop<'_> {
        fn drop(&mut self) {
            self.0.store(true, std::sync::atomic::Ordering::Relaxed);
        }
    }
    std::thread::scope(|scope| {
        let _stop = Stop(&stop);
        scope.spawn(|| {
            let mut n = 1;
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                n = n % 500 + 1;
                std::fs::write(&path, line.repeat(n)).unwrap();
            }
        });
        for _ in 0..5 {
            let said = project.run(&["run"]);
            let coded = said.starts_with("exit code: 0");
            // Between emptying and writing it really is empty.
            let told = said.contains("it changed while it was read") || said.contains("the file is empty");
            assert!(coded || told, "{said}");
        }
    });
    std::fs::write(&path, line).unwrap();
    assert!(project.run(&["run"]).starts_with("exit code: 0"));
    let known = Project::small();
    known.write("corpus/reports/growing.txt", line);
    known.run(&["run"]);
    assert_eq!(results(&project), results(&known));
}

/// Kills a run at many instants, spread over its whole length; `scripts/kill_runs` does the same more often.
#[test]
fn a_killed_run_is_finished_by_the_next_with_the_same_bytes() {
    let undisturbed = project_of(120);
    let began = std::time::Instant::now();
    undisturbed.run(&["run"]);
    let whole = began.elapsed();
    let expected = results(&undisturbed);
    for round in 0..12u32 {
        let project = project_of(120);
        let mut run = Command::new(env!("CARGO_BIN_EXE_codeframe"));
        let mut run =
            run.arg("run").arg("-q").current_dir(project.root()).stdout(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_nanos((whole.as_nanos() as u64) / 12 * u64::from(round)));
        run.kill().unwrap();
        run.wait().unwrap();
        assert!(project.run(&["run"]).starts_with("exit code: 0"), "round {round}");
        assert_eq!(results(&project), expected, "round {round}");
    }
}

#[test]
fn results_are_not_shown_before_a_run_has_ended_or_after_the_rules_have_changed() {
    let project = Project::small();
    insta::assert_snapshot!("nothing_coded", project.run(&["map"]));
    std::fs::create_dir_all(project.path("corpus/derived")).unwrap();
    std::fs::write(project.path("corpus/derived/store.sqlite"), "").unwrap();
    insta::assert_snapshot!("an_empty_store", project.run(&["export", "codings"]));
    project.run(&["run"]);
    project.edit("models/small/rules.toml", "\"mum*\"", "\"mum*\", \"dad*\"");
    insta::assert_snapshot!("rules_changed", project.run(&["map"]));
    project.run(&["run"]);
    assert!(project.run(&["map"]).starts_with("exit code: 0"));
}

#[cfg(unix)]
#[test]
fn an_error_that_nobody_can_read_still_has_its_exit_code() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_codeframe"));
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let status = command.args(["run", "--project", "no such folder"]).stderr(full).status().unwrap();
    assert_eq!(status.code(), Some(2));
}

#[test]
fn of_two_files_with_one_id_the_readable_one_is_coded_and_the_other_named() {
    let project = Project::small();
    project.write("corpus/reports/first.pdf", "%PDF-1.4 the same report, printed");
    project.write("corpus/reports/first.doc", "an older one");
    insta::assert_snapshot!("same_id", project.run(&["run"]));
}
