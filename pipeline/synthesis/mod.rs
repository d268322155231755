//! The synthesis document: a template that researchers write comes in, Markdown with expressions in double braces; a
//! [`Document`] goes out, with the map's tables and charts, the way to the sample, the comparison of sample and whole,
//! patterns, vignettes, and what the method section says.
//!
//! The template is rendered with MiniJinja over plain data, so that numbers in its text come from the codings. What is no text
//! (tables, charts, quotations) is asked for by functions, which leave a note in the Markdown; in its place is put what the note asks for.

mod data;
mod insert;
mod method;
mod misspelt;
mod template;

pub use data::Data;
pub use method::Method;

use crate::document::{Block, Document, Text, from_markdown};
use crate::evaluate;
use crate::fault::Place;
use crate::grid::{self, Grid};
use crate::map::{self, Choice, InDepth, Looked};
use crate::project::Project;
use crate::review::{self, Ledger, Said};
use crate::sample::{self, Flow, Sample};
use crate::store::{self, Store};
use crate::study::Study;
use crate::vignette;
use crate::vignette::basket;
use crate::warned::Warned;

/// The template that is used where a project has none.
pub const TEMPLATE: &str = include_str!("template.md.j2");

/// What a template is called, beside the frame.
pub const FILE: &str = "report.md.j2";

/// All that a document can be made of.
pub struct Material<'m> {
    /// The project.
    pub project: &'m Project,
    /// What it codes by.
    pub study: &'m Study,
    /// What was read and decided.
    pub store: &'m Store,
    /// What people said.
    pub said: &'m Said,
    /// The same, line by line.
    pub ledger: &'m Ledger,
    /// Every report with its decisions.
    pub grid: &'m Grid,
    /// The map's tables with corrected counts ([`counted`]).
    pub tables: &'m [map::Table],
    /// The in-depth sample, when one has been drawn.
    pub sample: Option<&'m Sample>,
    /// How it would be drawn now, when the config says how.
    pub flow: Option<&'m Flow>,
    /// Now, `2026-11-23T10:00:00Z`.
    pub made_at: &'m str,
    /// The program's version.
    pub version: &'m str,
}

/// A template and where it stands.
#[derive(Debug, Clone)]
pub struct Template {
    /// Its file, as messages show it.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// Why there is no document.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The template could not be read.
    #[error("could not read template `{path}`")]
    Read {
        /// The file, relative to the project.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The template is not sound, or asks for what is not there.
    #[error("{place}: {reason}")]
    Template {
        /// Where.
        place: Place,
        /// What is wrong.
        reason: String,
        /// What the reader can do.
        hint: Option<String>,
    },
    /// No report is coded.
    #[error("no report is coded, so there is nothing to write about")]
    Empty,
    /// Passages could not be found.
    #[error(transparent)]
    Vignette(#[from] vignette::Error),
    /// A basket could not be read.
    #[error(transparent)]
    Basket(#[from] basket::BasketError),
    /// The sample.
    #[error(transparent)]
    Sample(#[from] sample::Error),
    /// The reports.
    #[error(transparent)]
    Grid(#[from] grid::Error),
    /// The store.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] review::Error),
    /// The audit.
    #[error(transparent)]
    Evaluate(#[from] evaluate::Error),
}

impl Error {
    /// What the reader can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Error::Template { hint, .. } => hint.clone(),
            Error::Empty => Some("put reports into the project and run `codeframe run`".to_owned()),
            Error::Vignette(error) => error.hint(),
            Error::Basket(error) => error.hint(),
            Error::Sample(error) => error.hint(),
            Error::Store(error) => error.hint(),
            Error::Ledger(error) => error.hint(),
            Error::Evaluate(error) => error.hint(),
            Error::Grid(_) | Error::Read { .. } => None,
        }
    }
}

/// The map's tables for a document, counts corrected for the machine's errors as `looked` allows; those of questions that are
/// asked of the sample only, which stand at the stage `asks`, count the sample.
///
/// # Errors
/// When the store cannot be read.
pub fn counted(
    study: &Study,
    store: &Store,
    said: &Said,
    looked: &Looked,
    sample: Option<&Sample>,
    asks: &str,
) -> Result<Vec<map::Table>, map::Error> {
    let in_depth = sample.map(|sample| InDepth { stage: asks, sample });
    let choice =
        Choice { said, looked: Some(looked), takes: &|_, _| true, passages: false, people_only: false, in_depth };
    Ok(map::tables_of(&study.frame, &map::gather(study, store, &choice)?))
}

/// Where a project's own template stands, or would stand: where its config says, else beside the frame.
pub fn place_of(project: &Project) -> String {
    let folder = project.config.frame.text.rsplit_once('/').map_or("", |(folder, _)| folder);
    let beside = || if folder.is_empty() { FILE.to_owned() } else { format!("{folder}/{FILE}") };
    project.config.report.template.as_ref().map_or_else(beside, |named| named.text.clone())
}

/// The template of a project: the one that its config names, else the one beside the frame, else the one that is built in.
///
/// # Errors
/// When there is one that cannot be read.
pub fn template_of(project: &Project) -> Result<Template, Error> {
    let is_named = project.config.report.template.is_some();
    let path = place_of(project);
    match std::fs::read_to_string(project.path(&path)) {
        Ok(text) => Ok(Template { path, text }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !is_named => {
            Ok(Template { path: "the built-in template".to_owned(), text: TEMPLATE.to_owned() })
        }
        Err(source) => Err(Error::Read { path, source }),
    }
}

/// Makes the document. Warnings are sentences about what it lacks.
///
/// # Errors
/// When the template is not sound, asks for what is not there, or no report is coded.
pub fn synthesize(material: &Material<'_>, template: &Template) -> Result<Warned<Document>, Error> {
    if material.grid.reports.is_empty() {
        return Err(Error::Empty);
    }
    let method = Method::gather(material)?;
    let data = Data::gather(material, method);
    let markdown = template::render(material, &data, template)?;
    let mut inserts = insert::Inserts::new(material, &data);
    let mut blocks = from_markdown(&markdown, &mut |request| inserts.blocks(request));
    let warnings = inserts.finish()?;
    let mut document = Document { made_at: Some(material.made_at.to_owned()), ..Document::default() };
    document.title.clone_from(&material.study.frame.title);
    // The first heading is the document's title, a paragraph right below it the subtitle.
    if let Some(Block::Heading(1, title)) = blocks.first() {
        document.title = title.plain();
        blocks.remove(0);
        if let Some(Block::Paragraph(line)) = blocks.first() {
            document.subtitle = vec![Text::plain(line)];
            blocks.remove(0);
        }
        for block in &mut blocks {
            if let Block::Heading(level, _) = block {
                *level = level.saturating_sub(1).max(1);
            }
        }
    }
    document.blocks = blocks;
    Ok(Warned { value: document, warnings })
}
