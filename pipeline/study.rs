//! What a project codes by, loaded and checked: frame, rules, derived codes. Everything that decides, prints or explains
//! codes starts from one of these.

use crate::decide::{Basis, Derivations};
use crate::facts::{self, Lexicon};
use crate::fault::Faults;
use crate::frame::{self, Frame};
use crate::project::Project;
use crate::propose::{self, Rules};
use crate::warned::Warned;

/// The words by which facts are read from reports of English schools.
const LEXICON: &str = include_str!("../models/english/facts.toml");

/// See the module.
#[derive(Debug)]
pub struct Study {
    /// The codebook.
    pub frame: Frame,
    /// The keyword rules; none when the project has no rules file.
    pub rules: Rules,
    /// The frame's derived codes.
    pub derivations: Derivations,
    /// The words by which facts are read, when a derived code asks for a fact.
    pub lexicon: Option<Lexicon>,
    /// Hash of all that decides what a text is coded as; reports coded under another are coded again.
    pub hash: String,
}

/// Why a project has nothing to code by.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The frame.
    #[error(transparent)]
    Frame(#[from] frame::Error),
    /// The rules.
    #[error(transparent)]
    Rules(#[from] propose::Error),
    /// The frame's derived codes.
    #[error("derived codes of the frame `{path}` are not sound")]
    Derived {
        /// The frame's file, relative to the project.
        path: String,
        /// What is wrong.
        source: Faults,
    },
}

/// What a study is made of, read and not yet compiled. It costs a tenth, and says whether anything has changed.
#[derive(Debug)]
pub struct Outline {
    frame: Warned<Frame>,
    frame_name: String,
    rules: Option<propose::Unread>,
    hash: String,
}

impl Outline {
    /// Reads the files that the project's config names.
    ///
    /// # Errors
    /// When one cannot be read, or the frame is not sound.
    pub fn read(project: &Project) -> Result<Outline, Error> {
        let frame_name = project.config.frame.text.clone();
        let frame = frame::load(&project.path(&frame_name), &frame_name)?;
        let rules = project.rules().map(|name| propose::Unread::read(&project.path(&name), &name)).transpose()?;
        let mut hasher = blake3::Hasher::new();
        hasher.update(frame.value.hash.as_bytes()).update(LEXICON.as_bytes());
        if let Some(rules) = &rules {
            hasher.update(rules.hash().as_bytes());
        }
        let hash = hasher.finalize().to_hex().to_string();
        Ok(Outline { frame, frame_name, rules, hash })
    }

    /// As [`Study::hash`].
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Compiles what has been read.
    ///
    /// # Errors
    /// When the rules or the derived codes are not sound.
    pub fn compile(self) -> Result<Warned<Study>, Error> {
        let Outline { frame: Warned { value: frame, mut warnings }, frame_name, rules, hash } = self;
        let rules = rules.map_or_else(|| Ok(Warned::clean(Rules::none(&frame))), |rules| rules.compile(&frame))?;
        warnings.extend(rules.warnings);
        let derivations = Derivations::compile(&frame, &facts::NAMES)
            .map_err(|faults| Error::Derived { path: frame_name, source: Faults(faults) })?;
        let lexicon = || Lexicon::parse(LEXICON).expect("the lexicon that is built in is tested");
        let lexicon = derivations.needs_facts().then(lexicon);
        Ok(Warned { value: Study { frame, rules: rules.value, derivations, lexicon, hash }, warnings })
    }
}

impl Study {
    /// Loads what the project's config names.
    ///
    /// # Errors
    /// When the frame or the rules cannot be read or are not sound.
    pub fn load(project: &Project) -> Result<Warned<Study>, Error> {
        Outline::read(project)?.compile()
    }

    /// What decisions rest on.
    pub fn basis(&self) -> Basis<'_> {
        Basis { frame: &self.frame, rules: &self.rules, derivations: &self.derivations }
    }
}
