//! The command line: what is parsed, whom it calls, and how the end is told. Results go to stdout, everything else to
//! stderr; each subcommand is a file with its arguments and a function that calls the library and prints.

mod asked;
mod check;
mod clock;
mod compare;
mod evaluate;
mod export;
mod extract;
mod failure;
mod import;
mod init;
mod map;
mod print;
mod report;
mod review;
mod run;
mod sample;
mod search;
mod simulate;
mod themes;
mod train;

pub use failure::Failure;
pub use print::to_stderr;

use anyhow::Context as _;
use clap::{Parser, Subcommand, ValueEnum};
use codeframe::config::MOST_JOBS;
use codeframe::project::{LEDGER, Project};
use codeframe::review::Said;
use codeframe::run::{self as pipeline_run, State};
use codeframe::store::Store;
use codeframe::study::Study;
use print::Notes;
use std::path::PathBuf;
use std::process::ExitCode;

/// Exit code when a command could not run.
pub const COULD_NOT_RUN: u8 = 2;

/// Auto-codes reports: a codebook and a folder of DOCX in; codes with evidence, a review queue and a map out.
#[derive(Parser)]
#[command(name = "codeframe", version, max_term_width = 100, subcommand_required = true, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    global: Global,
}

/// What holds for every command.
#[derive(clap::Args)]
#[command(next_help_heading = "Options of every command")]
struct Global {
    /// The project's folder
    #[arg(long, global = true, value_name = "DIR", default_value = ".")]
    project: PathBuf,
    /// How results are printed [default: text]
    #[arg(long, global = true, value_enum)]
    format: Option<Format>,
    /// Threads to work with; 0 takes as many as the machine has [default: `jobs` of config.toml]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(..=i64::from(MOST_JOBS)))]
    jobs: Option<u16>,
    /// Say nothing but results and errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Say more of what is done; twice for details
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
}

// Not documented by variant: clap would turn that into long help of every command.
#[derive(Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    #[default]
    Text,
    Json,
    Jsonl,
    Csv,
    Xlsx,
    Parquet,
    Html,
    Docx,
}

impl Format {
    /// The names of some, as `--format` takes them: `text|json`.
    fn names(some: &[Format]) -> String {
        let name = |format: &Format| format.to_possible_value().map_or_else(String::new, |v| v.get_name().to_owned());
        some.iter().map(name).collect::<Vec<_>>().join("|")
    }
}

#[derive(Subcommand)]
enum Command {
    Init(init::Arguments),
    Run(run::Arguments),
    Extract(extract::Arguments),
    Search(search::Arguments),
    Themes(themes::Arguments),
    Map(map::Arguments),
    Sample(sample::Arguments),
    Report(report::Arguments),
    Review(review::Arguments),
    Train(train::Arguments),
    Evaluate(evaluate::Arguments),
    Simulate(simulate::Arguments),
    Import(import::Arguments),
    Export(export::Arguments),
    Check(check::Arguments),
}

/// How a command that could run ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// All was done.
    Done,
    /// Something was left out or found wrong, and said.
    LeftOut,
}

impl From<End> for ExitCode {
    fn from(end: End) -> ExitCode {
        match end {
            End::Done => ExitCode::SUCCESS,
            End::LeftOut => ExitCode::from(1),
        }
    }
}

/// What a subcommand needs to know beside its own arguments.
struct Context {
    project: PathBuf,
    /// The format asked for on the command line.
    format: Option<Format>,
    notes: Notes,
    /// Threads asked for on the command line.
    jobs: Option<usize>,
}

impl Context {
    /// The project's settings; what is odd about them is said.
    fn open(&self) -> Result<Project, Failure> {
        let project = Project::open(&self.project)?;
        self.notes.warn_all(&project.warnings);
        Ok(project.value)
    }
}

impl Context {
    /// The format asked for, text without any, when it is one of those that the command prints.
    fn format_of(&self, known: &[Format]) -> Result<Format, Failure> {
        let format = self.format.unwrap_or_default();
        if known.contains(&format) {
            return Ok(format);
        }
        let message = format!("this command does not print `{}`", Format::names(&[format]));
        Err(Failure::new(message).hint(format!("choose --format {}", Format::names(known))))
    }

    /// The store of a project, in which a run has coded all reports by this study.
    fn store(&self, project: &Project, study: &Study) -> Result<Store, Failure> {
        let run_first = |message: &str| Err(Failure::new(message.to_owned()).hint("run `codeframe run` first"));
        let Some(store) = Store::open_existing(&project.derived())? else {
            return run_first("nothing has been coded yet");
        };
        match pipeline_run::state(study, &store)? {
            State::Coded => Ok(store),
            State::Unfinished => run_first("no run has come to its end yet"),
            State::Outdated => match pipeline_run::other_classifier(study, &store)? {
                Some(by) => run_first(&coded_by_another(study, &by)),
                None => run_first("frame or rules have changed since the reports were coded"),
            },
        }
    }

    /// The same for who needs no decisions, or can do with those of another classifier: that one is there is said when
    /// `is_told`.
    fn store_of_any_classifier(&self, project: &Project, study: &Study, is_told: bool) -> Result<Store, Failure> {
        let others = Store::open_existing(&project.derived())?.map(|store| {
            let is_outdated = matches!(pipeline_run::state(study, &store)?, State::Outdated);
            let by = if is_outdated { pipeline_run::other_classifier(study, &store)? } else { None };
            Ok::<_, Failure>(by.map(|by| (store, by)))
        });
        let Some((store, by)) = others.transpose()?.flatten() else { return self.store(project, study) };
        if is_told {
            self.notes.warn(&format!("{}; `codeframe run` brings them level", coded_by_another(study, &by)));
        }
        Ok(store)
    }

    /// The store of a project in which reports have been read, coded by whatever study.
    fn texts(&self, project: &Project) -> Result<Store, Failure> {
        let store = Store::open_existing(&project.derived())?;
        store.ok_or_else(|| Failure::new("no report has been read yet".to_owned()).hint("run `codeframe run` first"))
    }

    /// The threads to learn with.
    fn threads(&self, project: &Project) -> Result<rayon::ThreadPool, Failure> {
        let jobs = self.jobs.or(project.config.jobs).unwrap_or(0);
        Ok(rayon::ThreadPoolBuilder::new().num_threads(jobs).build().context("could not start threads")?)
    }

    /// What people said about the reports; what is odd about the ledger is told.
    fn said(&self, project: &Project, study: &Study) -> Result<Said, Failure> {
        let said = Said::read(&project.ledger(), LEDGER, &study.frame)?;
        self.notes.warn_all(&said.warnings);
        Ok(said.value)
    }
}

/// How a study's classifier differs from the one by which the reports were coded, of which the name is empty for none.
fn coded_by_another(study: &Study, by: &str) -> String {
    let now = study.classifier.as_ref().map_or("", |chosen| chosen.name.as_str());
    let said = |name: &str| if name.is_empty() { "rules alone".to_owned() } else { format!("`{name}`") };
    match now {
        now if now == by => "the settings of the audit have changed since the reports were coded".to_owned(),
        "" => format!("the reports were coded by {}, which is used no more", said(by)),
        now => format!("there is a newer classifier, {}: the reports were coded by {}", said(now), said(by)),
    }
}

/// Parses the command line and does what it says. Wrong arguments end the program here, with clap's own words.
pub fn run() -> Result<End, Failure> {
    let Arguments { command, global } = Arguments::parse();
    print::start_log(global.quiet, global.verbose);
    let context = Context {
        project: global.project,
        format: global.format,
        notes: Notes::new(global.quiet),
        jobs: global.jobs.map(usize::from).filter(|n| *n > 0),
    };
    match command {
        Command::Init(arguments) => init::run(&context, &arguments),
        Command::Run(arguments) => run::run(&context, &arguments),
        Command::Extract(arguments) => extract::run(&context, &arguments),
        Command::Search(arguments) => search::run(&context, &arguments),
        Command::Themes(arguments) => themes::run(&context, &arguments),
        Command::Map(arguments) => map::run(&context, &arguments),
        Command::Sample(arguments) => sample::run(&context, &arguments),
        Command::Report(arguments) => report::run(&context, &arguments),
        Command::Review(arguments) => review::run(&context, &arguments),
        Command::Train(arguments) => train::run(&context, &arguments),
        Command::Evaluate(arguments) => evaluate::run(&context, &arguments),
        Command::Simulate(arguments) => simulate::run(&context, &arguments),
        Command::Import(arguments) => import::run(&context, &arguments),
        Command::Export(arguments) => export::run(&context, &arguments),
        Command::Check(arguments) => check::run(&context, &arguments),
    }
}

/// A panic is a fault of the program: one line says so, without a backtrace, whatever the environment asks for.
pub fn quiet_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, |at| format!(" ({}:{})", at.file(), at.line()));
        let what = panic.payload_as_str().unwrap_or("no message");
        print::to_stderr(&format!("error: codeframe has a fault{place}\n  cause: {what}\n  hint: please report it\n"));
    }));
}
