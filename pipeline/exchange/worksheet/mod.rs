//! The review queue as a table that people fill in where they like to work: a spreadsheet, a CSV, JSON lines. Out goes a row
//! an item with all that is needed to answer it; back comes the same table, sorted, filtered, half filled, saved by another
//! program. What makes a row an answer is its item id and its verdict; everything else is there to be read, and to notice
//! when a row is no longer about what was asked.

mod items;
mod lines;
mod read;
mod take;
mod xlsx;

pub use items::{Exported, Wish, export, open_items};
pub use take::{Filled, LeftOutRow, Taken, take};

use crate::coding::Unreadable;
use crate::exchange::texts;
use crate::review;
use crate::store;

/// The form of such a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A workbook of Excel.
    Xlsx,
    /// A workbook that is only read: as LibreOffice and old versions of Excel save them.
    OtherWorkbook,
    /// Values between commas, with a header.
    Csv,
    /// An object a line: a line of the queue with the keys `verdict`, `note` and `passage`.
    JsonLines,
}

impl Form {
    /// The form that a file name's ending stands for.
    pub fn of(name: &str) -> Option<Form> {
        match name.rsplit_once('.')?.1.to_lowercase().as_str() {
            "xlsx" => Some(Form::Xlsx),
            "xlsm" | "xlsb" | "xls" | "ods" => Some(Form::OtherWorkbook),
            "csv" | "tsv" => Some(Form::Csv),
            "jsonl" | "ndjson" => Some(Form::JsonLines),
            _ => None,
        }
    }
}

/// Why a table could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store, or the file that was to be written.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The store's bytes.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// A report.
    #[error(transparent)]
    Texts(#[from] texts::Error),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] review::Error),
    /// A file could not be read.
    #[error("could not read `{path}`")]
    Read {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is no workbook.
    #[error("could not read `{path}` as a spreadsheet: {reason}")]
    NoWorkbook {
        /// The file.
        path: String,
        /// What its reader said.
        reason: String,
    },
    /// No table in the file has the columns that are needed.
    #[error("`{path}` has no table with the columns `id` and `verdict`")]
    NoColumns {
        /// The file.
        path: String,
    },
    /// The table is in the name of another reviewer.
    #[error("`{path}` was given out to `{found}`, and is to be imported for `{expected}`")]
    OtherReviewer {
        /// The file.
        path: String,
        /// The name in the file.
        found: String,
        /// The name asked for.
        expected: String,
    },
    /// Nobody knows whose verdicts these are.
    #[error("`{path}` does not say who gave the verdicts, nor does this system say who you are")]
    NoReviewer {
        /// The file.
        path: String,
    },
    /// A workbook could not be made.
    #[error("could not make the spreadsheet: {reason}")]
    Make {
        /// What its writer said.
        reason: String,
    },
}

impl Error {
    /// What the reader can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Error::Store(error) => error.hint(),
            Error::Texts(error) => error.hint(),
            Error::Ledger(error) => error.hint(),
            Error::Unreadable(_) => Some("delete the folder corpus/derived and run again; it is made anew".to_owned()),
            Error::NoWorkbook { .. } => Some("save it once more as .xlsx, or as .csv".to_owned()),
            Error::NoColumns { .. } => Some(
                "fill in a file that `codeframe review --export` has written, and leave its header as it is".to_owned(),
            ),
            Error::OtherReviewer { .. } => Some("leave out `--reviewer`, or check whose file it is".to_owned()),
            Error::NoReviewer { .. } => {
                Some("say who gave them with `--reviewer ID`, for instance initials".to_owned())
            }
            Error::Read { .. } | Error::Make { .. } => None,
        }
    }
}

/// The columns by name, with the width of each in a spreadsheet, in characters. What is filled in stands beside the code and
/// stays in view when the rest is scrolled.
const COLUMNS: [(&str, f64); 19] = [
    ("no", 6.),
    ("report", 14.),
    ("code", 26.),
    ("verdict", 16.),
    ("note", 26.),
    ("passage", 26.),
    ("question", 26.),
    ("definition", 44.),
    ("speaks for", 60.),
    ("around it", 60.),
    ("speaks against", 44.),
    ("why asked", 30.),
    ("machine says", 14.),
    ("probability", 11.),
    ("reviewer", 12.),
    ("item", 30.),
    ("id", 20.),
    ("definition hash", 20.),
    ("asked", 12.),
];

/// Columns that hold what the machine says; a table that is blind throughout has none of them.
const OF_MACHINE: [&str; 7] =
    ["no", "speaks for", "around it", "speaks against", "why asked", "machine says", "probability"];

/// What the column `asked` holds where nothing of the machine was shown.
const BLIND: &str = "blind";

/// Ids are written with this before them, else a spreadsheet takes some of them for numbers.
const ID_MARK: char = '#';
