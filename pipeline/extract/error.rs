//! Why a file could not be read. `Display` gives the cause in one line, without the path (the caller knows it and says
//! it first); [`Error::hint`] what its owner can do about it.

use thiserror::Error as ThisError;

/// Why a file has no text for us. The variants are the kinds of cause that people can act on differently.
#[derive(Debug, Clone, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum Error {
    /// The operating system does not hand it out.
    #[error("it cannot be opened: {cause}")]
    Unreadable {
        /// What the system said.
        cause: String,
    },
    /// No bytes.
    #[error("the file is empty (0 bytes)")]
    Empty,
    /// `~$report.docx`, which Word keeps beside a document that is open.
    #[error("it is the lock file that Word keeps while a document is open, not a document")]
    LockFile,
    /// The binary format of Word 97-2003.
    #[error("it is a Word 97-2003 document (.doc)")]
    LegacyDoc,
    /// A document that opens with a password only.
    #[error("it is protected by a password")]
    Encrypted,
    /// A document of another Office program, old or new.
    #[error("it is {found}, not a .docx")]
    OtherOffice {
        /// What it is, with its article.
        found: &'static str,
    },
    /// A Word document or template with macros.
    #[error("it is a Word {kind} with macros ({extension})")]
    Macros {
        /// `document` or `template`.
        kind: &'static str,
        /// `.docm` or `.dotm`.
        extension: &'static str,
    },
    /// A document of LibreOffice or OpenOffice.
    #[error("it is {found}, not a .docx")]
    OpenDocument {
        /// What it is, with its article.
        found: &'static str,
    },
    /// Another format, often under the name of a Word document.
    #[error("it is {found}, not a .docx")]
    OtherFormat {
        /// What it is, with its article.
        found: &'static str,
    },
    /// The name says Word, the bytes say nothing known.
    #[error("it is not a Word document: it does not start as a .docx does")]
    NotZip,
    /// The name says nothing known either.
    #[error("files {extension} are not read")]
    UnknownKind {
        /// `of the kind .heic`, or `without an extension`.
        extension: String,
    },
    /// The container cannot be opened.
    #[error("its zip container is damaged: {cause}")]
    DamagedZip {
        /// What is wrong with it.
        cause: String,
    },
    /// A container without a Word document in it.
    #[error("it is a zip archive without a Word document in it: part `{expected}` is missing")]
    NoWordPart {
        /// The part that should be there.
        expected: String,
    },
    /// The main part exists and cannot be read at all.
    #[error("part `{part}` is damaged: {cause}")]
    Damaged {
        /// Name of the part.
        part: String,
        /// What is wrong with it.
        cause: String,
    },
    /// The main part is well-formed and is something else.
    #[error("part `{part}` is not a Word document: expected `{expected}`, found `{found}`")]
    NotWordXml {
        /// Name of the part.
        part: String,
        /// The element that a document starts with.
        expected: &'static str,
        /// The element that is there.
        found: String,
    },
    /// A part is packed in a way that is not supported.
    #[error("part `{part}` is packed in a way that Word does not use: {cause}")]
    Packing {
        /// Name of the part.
        part: String,
        /// Which way.
        cause: String,
    },
    /// Larger than the settings allow.
    #[error("{what} passes the limit of {limit} {unit}")]
    Limit {
        /// What is counted.
        what: String,
        /// The most that is allowed.
        limit: u64,
        /// In what it is counted.
        unit: &'static str,
        /// The setting's key in the section `[extract]`.
        setting: &'static str,
    },
    /// Reading took longer than the settings allow.
    #[error("reading it took longer than {seconds} s")]
    TooSlow {
        /// The most that is allowed.
        seconds: u32,
    },
    /// A line of a `.jsonl` file is not a document.
    #[error("line {line}, column {column}: {cause}")]
    JsonLine {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong with it.
        cause: String,
    },
}

impl Error {
    /// What the file's owner can do about it, where there is something.
    pub fn hint(&self) -> Option<String> {
        let text = match self {
            Error::Unreadable { .. } => "check that the file exists and may be read",
            Error::Empty => "copy the file again, or ask its author for it: the transfer probably broke off",
            Error::LockFile => "close the document in Word, or delete this file",
            Error::LegacyDoc => "open the file in Word and save it as .docx",
            Error::Encrypted => "open it in Word with its password and save a copy without one (File > Info > Protect)",
            Error::OtherOffice { .. } => "copy what matters into a Word document and save it as .docx",
            Error::Macros { .. } => "open the file in Word and save it as .docx, which holds no macros",
            Error::OpenDocument { .. } => "open the file in LibreOffice or Word and save it as .docx",
            Error::OtherFormat { .. } => {
                "open the file in the program it belongs to and save it as .docx or plain text"
            }
            Error::NotZip => {
                "open the file in Word and save it as .docx; if Word cannot open it, ask its author for it"
            }
            Error::UnknownKind { .. } => "reports are .docx, .txt, .md or .jsonl files",
            Error::DamagedZip { .. } => "copy the file again, or let Word repair it (Open > Open and Repair)",
            Error::NoWordPart { .. } => "open the file in Word and save it as .docx",
            Error::Damaged { .. } | Error::NotWordXml { .. } => {
                "open the file in Word (Open and Repair) and save it as .docx"
            }
            Error::Packing { .. } => "open the file in Word and save it as .docx",
            Error::Limit { setting, .. } => {
                return Some(format!(
                    "if the file is sound, raise `{setting}` in the section `[extract]` of config.toml"
                ));
            }
            Error::TooSlow { .. } => {
                "if the file is sound, raise `timeout_seconds` in the section `[extract]` of config.toml"
            }
            Error::JsonLine { .. } => "each line is one object with the keys id and text, and metadata if there is any",
        };
        Some(text.to_owned())
    }

    /// The system refused or failed to hand out the file.
    pub(crate) fn unreadable(error: &std::io::Error) -> Self {
        Error::Unreadable { cause: crate::fault::said(error) }
    }
}
