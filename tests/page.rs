//! The review page over HTTP, as a browser and as somebody who is none: who is let in, what is recorded, what survives.

mod shares;

use crate::project::Project;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A page of a project, ended when dropped.
struct Page {
    child: Child,
    address: String,
    port: u16,
    cookie: String,
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Page {
    /// Starts the page and opens its address.
    fn open(project: &Project, reviewer: &str) -> Page {
        let mut page = Page::start(project, reviewer);
        let path = page.address.split_once(&format!(":{}", page.port)).unwrap().1.to_owned();
        let entered = page.ask("GET", &path, &[], "");
        assert_eq!(entered.status, 200, "{}", entered.body);
        page.cookie = entered.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        page
    }

    /// Starts the page only.
    fn start(project: &Project, reviewer: &str) -> Page {
        let mut child = Command::new(env!("CARGO_BIN_EXE_codeframe"))
            .current_dir(project.root())
            .args(["review", "--quiet", "--reviewer", reviewer])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut address = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut address).unwrap();
        let port = address.strip_prefix("http://127.0.0.1:").and_then(|rest| rest.split('/').next()).unwrap();
        let port = port.parse().unwrap();
        Page { child, address: address.trim().to_owned(), port, cookie: String::new() }
    }

    /// Sends a request with exactly these headers.
    fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let mut head = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let _ = stream.write_all(format!("{head}\r\n{body}").as_bytes());
        Answer::read(&mut stream)
    }

    /// Sends a request as the browser that was let in would, with some headers more.
    fn ask(&self, method: &str, path: &str, more: &[(&str, &str)], form: &str) -> Answer {
        let host = format!("127.0.0.1:{}", self.port);
        let (origin, length) = (format!("http://{host}"), form.len().to_string());
        let mut headers = vec![("Host", host.as_str()), ("Cookie", self.cookie.as_str())];
        if method == "POST" {
            headers.push(("Origin", &origin));
            headers.push(("Content-Type", "application/x-www-form-urlencoded"));
            headers.push(("Content-Length", &length));
        }
        headers.extend(more);
        // The last of equal names counts here, so that a test can forge one.
        let forged: Vec<_> = headers
            .iter()
            .enumerate()
            .filter(|(n, h)| headers[n + 1..].iter().all(|o| o.0 != h.0))
            .map(|(_, h)| *h)
            .collect();
        self.send(method, path, &forged, form)
    }

    fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], "")
    }

    fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.ask("POST", path, &[], &form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish())
    }

    /// Answers a code of a report, with the definition that the item's page shows.
    fn answer(&self, report: &str, code: &str, answer: &str, more: &[(&str, &str)]) -> Answer {
        let definition = self.definition(report, code);
        let mut form = vec![("report", report), ("code", code), ("answer", answer), ("definition", &definition)];
        form.extend(more);
        self.post("/verdict", &form)
    }

    fn definition(&self, report: &str, code: &str) -> String {
        let path = format!(
            "/item?{}",
            form_urlencoded::Serializer::new(String::new()).extend_pairs([("report", report), ("code", code)]).finish()
        );
        let page = self.get(&path).body;
        let (_, rest) = page.split_once("name=\"definition\" value=\"").expect("the item's page has a form");
        rest.split('"').next().unwrap().to_owned()
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Answer {
    fn read(stream: &mut TcpStream) -> Answer {
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
        Answer { status, head: head.to_owned(), body: body.replace("&#x2f;", "/") }
    }

    fn header(&self, name: &str) -> Option<&str> {
        let line = self.head.lines().find(|line| line.to_lowercase().starts_with(&format!("{name}:")))?;
        Some(line.split_once(':')?.1.trim())
    }
}

/// A small project that was run, with something queued.
fn coded() -> Project {
    let project = Project::small();
    project
        .write("corpus/reports/third.txt", "A school wrote <script>alert(1)</script> & \"more\".\n\nMums joined in.\n");
    assert!(project.run(&["run"]).starts_with("exit code: 0"));
    project
}

/// The ledger as `reviewer report question/code verdict`, a line each.
fn ledger(project: &Project) -> Vec<String> {
    let Ok(text) = std::fs::read_to_string(project.path("corpus/ledger.jsonl")) else { return Vec::new() };
    let line = |line: &str| {
        let v: Value = serde_json::from_str(line).unwrap();
        let word = |key: &str| v[key].as_str().unwrap().to_owned();
        format!("{} {} {}/{} {}", word("reviewer"), word("report"), word("question"), word("code"), word("verdict"))
    };
    text.lines().map(line).collect()
}

fn last_line(project: &Project) -> Value {
    serde_json::from_str(project.read("corpus/ledger.jsonl").lines().last().unwrap()).unwrap()
}

#[test]
fn every_page_is_shown() {
    let project = coded();
    let page = Page::open(&project, "ms");
    let shown = [
        ("/", "Start reviewing"),
        ("/reports", "third"),
        ("/reports?q=thi", "third"),
        ("/report?report=first", "Nineteen mums"),
        ("/report?report=first&blind=1", "Record this question"),
        ("/item?report=first&code=who/parent", "kin-came"),
        ("/map", "How many schools"),
        ("/number?code=who/parent", "Nineteen mums"),
        ("/number?code=who/pupil&open=1", "second"),
        ("/search?q=mums", "<b>mums</b>"),
        ("/search?q=%22open", "could not read the query"),
        ("/agreement", "No two people"),
        ("/progress", "Is it enough?"),
        ("/help", "does not apply"),
        ("/assets/page.css", "prefers-color-scheme"),
        ("/assets/page.js", "use strict"),
    ];
    for (path, expected) in shown {
        let answer = page.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        assert!(answer.body.contains(expected), "{path} shows {expected}: {}", answer.body);
        assert!(answer.header("content-security-policy").unwrap().starts_with("default-src 'none'"), "{path}");
    }
    assert_eq!(page.get("/next").header("location").unwrap().split('?').next(), Some("/item"));
}

#[test]
fn who_was_not_given_the_address_is_not_let_in() {
    let project = coded();
    let page = Page::start(&project, "ms");
    assert_eq!(page.get("/").status, 403);
    assert_eq!(page.get("/enter").status, 403);
    assert_eq!(page.get("/enter?token=0123456789abcdef0123456789abcdef").status, 403);
    let path = page.address.split_once(&format!(":{}", page.port)).unwrap().1.to_owned();
    let cookie = page.get(&path).header("set-cookie").unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    // It works once.
    assert_eq!(page.get(&path).status, 403);
    assert_eq!(page.ask("GET", "/", &[("Cookie", &format!("codeframe_{}=guessed", page.port))], "").status, 403);
    assert_eq!(page.ask("GET", "/", &[("Cookie", cookie.split(';').next().unwrap())], "").status, 200);
    assert_eq!(ledger(&project), Vec::<String>::new());
}

#[test]
fn another_site_can_neither_read_nor_write() {
    let project = coded();
    let page = Page::open(&project, "ms");
    let definition = page.definition("first", "who/parent");
    let form = format!("report=first&code=who%2Fparent&answer=applies&definition={definition}");
    let own = format!("http://127.0.0.1:{}", page.port);
    for (headers, status) in [
        (&[("Host", "evil.example")][..], 421),
        (&[("Host", "127.0.0.1")], 421),
        (&[("Origin", "http://evil.example")], 403),
        (&[("Origin", "null")], 403),
        (&[("Origin", "http://127.0.0.1:1")], 403),
        (&[("Sec-Fetch-Site", "cross-site")], 403),
        (&[("Sec-Fetch-Site", "same-site")], 403),
    ] {
        assert_eq!(page.ask("POST", "/verdict", headers, &form).status, status, "{headers:?}");
        assert_eq!(page.ask("GET", "/", headers, "").status, status, "{headers:?}");
    }
    // A form that does not say where it comes from.
    let (host, length) = (format!("127.0.0.1:{}", page.port), form.len().to_string());
    let headers = [
        ("Host", host.as_str()),
        ("Cookie", page.cookie.as_str()),
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Content-Length", length.as_str()),
    ];
    assert_eq!(page.send("POST", "/verdict", &headers, &form).status, 403);
    assert_eq!(ledger(&project), Vec::<String>::new());
    // A page of ours may.
    assert_eq!(page.ask("POST", "/verdict", &[("Origin", &own), ("Sec-Fetch-Site", "same-origin")], &form).status, 303);
    assert_eq!(ledger(&project), ["ms first who/parent applies"]);
}

#[test]
fn no_path_leads_to_a_file() {
    let project = coded();
    project.write("secret.txt", "the secret");
    let page = Page::open(&project, "ms");
    let paths = [
        "/config.toml",
        "/../secret.txt",
        "/assets/../secret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/corpus/ledger.jsonl",
        "//secret.txt",
        "/report?report=../../secret.txt",
        "/report?report=..%2F..%2Fsecret",
        "/item?report=first&code=../../secret",
    ];
    for path in paths {
        let answer = page.get(path);
        assert_eq!(answer.status, 404, "{path}: {}", answer.body);
        assert!(!answer.body.contains("the secret") && !answer.body.contains("version ="), "{path}");
    }
}

#[test]
fn a_form_of_fifty_megabytes_is_refused_and_the_page_lives() {
    let project = coded();
    let page = Page::open(&project, "ms");
    let note = "x".repeat(50_000_000);
    let definition = page.definition("first", "who/parent");
    let form = format!("report=first&code=who%2Fparent&answer=applies&definition={definition}&note={note}");
    let status = page.ask("POST", "/verdict", &[], &form).status;
    // The answer may be lost with the connection that is closed on what is still being sent.
    assert!([413, 0].contains(&status), "{status}");
    // One that does not say how long it is.
    let chunk = format!("{:x}\r\n{}\r\n", 1_000_000, "x".repeat(1_000_000)).repeat(5);
    let host = format!("127.0.0.1:{}", page.port);
    let origin = format!("http://{host}");
    let headers = [
        ("Host", host.as_str()),
        ("Origin", &origin),
        ("Cookie", page.cookie.as_str()),
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Transfer-Encoding", "chunked"),
    ];
    let status = page.send("POST", "/verdict", &headers, &format!("{chunk}0\r\n\r\n")).status;
    assert!([413, 0].contains(&status), "{status}");
    assert_eq!(page.get("/").status, 200);
    assert_eq!(ledger(&project), Vec::<String>::new());
}

#[test]
fn what_a_report_says_is_shown_as_text() {
    let project = coded();
    project.write("corpus/reports/<img src=x>.txt", "Mums came.\n");
    assert!(project.run(&["run"]).starts_with("exit code: 0"));
    let page = Page::open(&project, "<i>ms</i>");
    for path in [
        "/report?report=third",
        "/report?report=third&blind=1",
        "/item?report=third&code=who/parent",
        "/search?q=school",
    ] {
        let body = page.get(path).body;
        assert!(body.contains("&lt;script&gt;alert(1)&lt;"), "{path}: {body}");
        assert!(!body.contains("<script>alert") && !body.contains("<i>ms"), "{path}");
    }
    for path in [
        "/",
        "/reports",
        "/search?q=%3Cimg%20src=x%3E",
        "/report?report=%3Cimg%20src=x%3E",
        "/number?code=who/parent",
        "/report?report=%3Csvg%3E",
    ] {
        assert!(!page.get(path).body.contains("<img") && !page.get(path).body.contains("<svg>"), "{path}");
    }
}

#[test]
fn a_verdict_is_recorded_with_what_was_shown() {
    let project = coded();
    let page = Page::open(&project, "ms");
    let answer = page.answer(
        "third",
        "who/parent",
        "applies",
        &[("note", " well, yes\r\n"), ("passage", "51-66"), ("then", "next")],
    );
    assert_eq!((answer.status, answer.header("location").unwrap().split('?').next()), (303, Some("/item")));
    let line = last_line(&project);
    assert_eq!(line["passages"][0]["quote"], "Mums joined in.");
    assert_eq!(
        (&line["note"], &line["route"], &line["answered"]["by"]),
        (&"well, yes".into(), &"free".into(), &"rule".into())
    );
    page.answer("third", "who/pupil", "does_not_apply", &[]);
    assert_eq!(
        (&last_line(&project)["route"], &last_line(&project)["passages"]),
        (&"queue".into(), &Value::Array(vec![]))
    );
    page.answer("second", "who/parent", "unsure", &[("blind", "1")]);
    assert_eq!((&last_line(&project)["answered"], &last_line(&project)["verdict"]), (&Value::Null, &"unsure".into()));
    assert!(project.run(&["check"]).starts_with("exit code: 0"), "{}", project.run(&["check"]));
    // What is said has effect at once.
    assert!(page.get("/number?code=who/parent").body.contains("Mums joined in."));
    assert!(!page.get("/?f.report=third&f.code=who/pupil").body.contains("/item?report=third"));
}

#[test]
fn what_cannot_be_meant_is_not_recorded() {
    let project = coded();
    let page = Page::open(&project, "ms");
    let definition = page.definition("first", "who/parent");
    let sound =
        [("report", "first"), ("code", "who/parent"), ("answer", "applies"), ("definition", definition.as_str())];
    let cases: [(&str, &str, u16); 9] = [
        ("report", "none", 404),
        ("code", "who/cousin", 404),
        ("answer", "perhaps", 400),
        ("definition", "0123456789abcdef", 409),
        ("passage", "5-2", 400),
        ("passage", "0-999999", 400),
        ("passage", "900-910", 400),
        ("passage", "x", 400),
        ("note", &"n".repeat(20_000), 400),
    ];
    for (name, value, status) in cases {
        let mut form: Vec<_> = sound.into_iter().filter(|(known, _)| *known != name).collect();
        form.push((name, value));
        let answer = page.post("/verdict", &form);
        assert_eq!(answer.status, status, "{name}={value}: {}", answer.body);
    }
    assert_eq!(page.post("/delete", &sound).status, 404);
    assert_eq!(page.ask("PUT", "/", &[("Origin", &format!("http://127.0.0.1:{}", page.port))], "").status, 405);
    assert_eq!(ledger(&project), Vec::<String>::new());
}

#[test]
fn undo_is_a_new_line_and_a_form_sent_twice_is_one() {
    let project = coded();
    let page = Page::open(&project, "ms");
    page.answer("first", "who/pupil", "applies", &[]);
    page.answer("first", "who/pupil", "applies", &[]);
    page.answer("first", "who/pupil", "does_not_apply", &[]);
    assert_eq!(ledger(&project), ["ms first who/pupil applies", "ms first who/pupil does_not_apply"]);
    let undone = page.post("/undo", &[]);
    assert_eq!((undone.status, undone.header("location")), (303, Some("/item?report=first&code=who%2Fpupil")));
    page.post("/undo", &[]);
    page.post("/undo", &[]);
    let lines = ledger(&project);
    assert_eq!(lines[2..], ["ms first who/pupil applies", "ms first who/pupil unsure"]);
    // It awaits the reviewer again.
    assert!(page.get("/?f.report=first").body.contains("/item?report=first&amp;code=who%2Fpupil"));
}

#[test]
fn a_question_is_coded_from_scratch() {
    let project = coded();
    let page = Page::open(&project, "ms");
    let body = page.get("/report?report=second&blind=1").body;
    for shown in ["kin-came", "applies by", "chip queue", "class=\"p for"] {
        assert!(!body.contains(shown), "nothing of the machine is shown: {shown}");
    }
    let (_, rest) = body.split_once("name=\"question\" value=\"who\"").unwrap();
    let definitions = rest.split_once("name=\"definitions\" value=\"").unwrap().1.split('"').next().unwrap();
    let form = [
        ("report", "second"),
        ("question", "who"),
        ("definitions", definitions),
        ("ticked", "pupil"),
        ("then", "size"),
    ];
    let answer = page.post("/question", &form);
    assert_eq!(answer.header("location"), Some("/report?report=second&blind=1#size"));
    assert_eq!(ledger(&project), ["ms second who/parent does_not_apply", "ms second who/pupil applies"]);
    assert_eq!(last_line(&project)["answered"], Value::Null);
    page.post("/undo", &[]);
    assert_eq!(ledger(&project)[2..], ["ms second who/parent unsure", "ms second who/pupil unsure"]);
    assert_eq!(page.post("/question", &[("report", "second"), ("question", "who"), ("definitions", "x")]).status, 409);
}

#[test]
fn an_item_that_was_skipped_comes_last() {
    let project = coded();
    let page = Page::open(&project, "ms");
    let first = page.get("/next").header("location").unwrap().to_owned();
    let pairs: Vec<(String, String)> =
        form_urlencoded::parse(first.split_once('?').unwrap().1.as_bytes()).into_owned().collect();
    page.answer(&pairs[0].1, &pairs[1].1, "skip", &[]);
    assert_ne!(page.get("/next").header("location"), Some(first.as_str()));
    assert_eq!(ledger(&project), Vec::<String>::new());
}

#[test]
fn two_reviewers_at_once_lose_and_double_nothing() {
    let project = Project::small();
    for n in 0..20 {
        project.write(&format!("corpus/reports/r{n:02}.txt"), "Nobody said who came.\n");
    }
    assert!(project.run(&["run"]).starts_with("exit code: 0"));
    let pages = [Page::open(&project, "ms"), Page::open(&project, "jk")];
    std::thread::scope(|scope| {
        for page in &pages {
            scope.spawn(move || {
                for n in 0..20 {
                    let answer = page.answer(&format!("r{n:02}"), "who/pupil", "applies", &[]);
                    assert_eq!(answer.status, 303, "{}", answer.body);
                }
            });
        }
    });
    let mut lines = ledger(&project);
    lines.sort();
    let expected = |who: &str| (0..20).map(|n| format!("{who} r{n:02} who/pupil applies")).collect::<Vec<_>>();
    assert_eq!(lines, [expected("jk"), expected("ms")].concat());
    assert!(project.run(&["check"]).starts_with("exit code: 0"));
    // What one says is known to the other.
    let listed = pages[0].get("/?f.report=r07").body;
    assert!(
        listed.contains("report=r07&amp;code=size") && !listed.contains("report=r07&amp;code=who%2Fpupil"),
        "{listed}"
    );
    // Where they disagree, a third settles it.
    pages[0].answer("r03", "who/parent", "applies", &[]);
    pages[1].answer("r03", "who/parent", "does_not_apply", &[]);
    let body = pages[0].get("/agreement").body;
    assert!(body.contains("1 await a third verdict") && body.contains("adjudicate=1"), "{body}");
    let third = Page::open(&project, "al");
    let item = third.get("/item?report=r03&code=who/parent&adjudicate=1").body;
    assert!(item.contains("<b>jk</b>") && item.contains("<b>ms</b>"), "{item}");
    third.answer("r03", "who/parent", "applies", &[("then", "agreement")]);
    assert!(pages[0].get("/agreement").body.contains("0 await a third verdict"));
    // Before one has answered, what others said is not shown.
    let blank = third.get("/item?report=r04&code=who/pupil").body;
    assert!(blank.contains("2 others have answered") && !blank.contains("<b>jk</b>"), "{blank}");
}

#[test]
fn a_run_beside_the_page_is_taken_over() {
    let project = coded();
    let page = Page::open(&project, "ms");
    project.write("corpus/reports/fourth.txt", "A pupil spoke.\n");
    assert!(project.run(&["run"]).starts_with("exit code: 0"));
    assert!(page.get("/reports").body.contains("fourth"));
    assert!(page.get("/report?report=fourth").body.contains("A pupil spoke."));
    // Verdicts from a file as well.
    project.write("said.csv", "report,question,code,verdict,reviewer\nfourth,who,pupil,yes,jk\n");
    assert!(project.run(&["import", "codings", "said.csv"]).starts_with("exit code: 0"));
    assert!(page.get("/number?code=who/pupil").body.contains("<b>jk</b>"));
}

/// A small version of scripts/kill_verdicts.
#[test]
fn a_killed_page_has_lost_no_verdict_that_it_told_of() {
    let project = Project::small();
    for n in 0..40 {
        project.write(&format!("corpus/reports/r{n:02}.txt"), "Nobody said who came.\n");
    }
    assert!(project.run(&["run"]).starts_with("exit code: 0"));
    let mut told = Vec::new();
    for round in 0..6 {
        let mut page = Page::open(&project, &format!("p{round}"));
        let definition = page.definition("r00", "who/pupil");
        let end = Instant::now() + Duration::from_millis(30 + 37 * round);
        let mut killer = Some(&mut page.child);
        let (port, cookie) = (page.port, page.cookie.clone());
        let sender = std::thread::spawn(move || {
            let mut told = Vec::new();
            for n in 0..40 {
                let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { break };
                let form = format!("report=r{n:02}&code=who%2Fpupil&answer=applies&definition={definition}");
                let length = form.len();
                let request = format!(
                    "POST /verdict HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nCookie: {cookie}\r\nConnection: close\r\n\
                     Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{form}"
                );
                if stream.write_all(request.as_bytes()).is_err() || Answer::read(&mut stream).status != 303 {
                    break;
                }
                told.push(format!("p{round} r{n:02} who/pupil applies"));
            }
            told
        });
        std::thread::sleep(end.saturating_duration_since(Instant::now()));
        killer.take().unwrap().kill().unwrap();
        told.extend(sender.join().unwrap());
    }
    let text = project.read("corpus/ledger.jsonl");
    let whole: Vec<&str> = text.lines().filter(|line| serde_json::from_str::<Value>(line).is_ok()).collect();
    assert!(whole.len() >= told.len() && !told.is_empty(), "{} of {}", whole.len(), told.len());
    let listed = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let listed: Vec<String> = listed
        .map(|v| format!("{} {} who/pupil applies", v["reviewer"].as_str().unwrap(), v["report"].as_str().unwrap()))
        .collect();
    assert!(told.iter().all(|verdict| listed.contains(verdict)));
    let mut once = listed.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), listed.len(), "none is there twice");
    // The next page needs no repair.
    assert_eq!(Page::open(&project, "next").get("/").status, 200);
    assert!(project.run(&["map"]).starts_with("exit code: 0"));
}

#[test]
fn what_keeps_the_page_from_opening_is_said() {
    let project = Project::small();
    insta::assert_snapshot!(project.run(&["review", "--reviewer", "ms"]));
    insta::assert_snapshot!(project.run(&["review", "--reviewer", " "]));
    let project = coded();
    let other = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = other.local_addr().unwrap().port().to_string();
    let said = project.run(&["review", "--reviewer", "ms", "--port", &port]).replace(&port, "[PORT]");
    insta::assert_snapshot!(said);
}
