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

impl Study {
    /// Loads what the project's config names.
    ///
    /// # Errors
    /// When the frame or the rules cannot be read or are not sound.
    pub fn load(project: &Project) -> Result<Warned<Study>, Error> {
        let name = &project.config.frame.text;
        let Warned { value: frame, mut warnings } = frame::load(&project.path(name), name)?;
        let rules = match project.rules() {
            Some(name) => Rules::load(&project.path(&name), &name, &frame)?,
            None => Warned::clean(Rules::none(&frame)),
        };
        warnings.extend(rules.warnings);
        let derivations = Derivations::compile(&frame, &facts::NAMES)
            .map_err(|faults| Error::Derived { path: name.clone(), source: Faults(faults) })?;
        let needs_facts = derivations.needs_facts();
        let lexicon = needs_facts.then(|| Lexicon::parse(LEXICON).expect("the lexicon that is built in is tested"));
        let mut hasher = blake3::Hasher::new();
        hasher.update(rules.value.hash().as_bytes());
        if needs_facts {
            hasher.update(LEXICON.as_bytes());
        }
        let hash = hasher.finalize().to_hex().to_string();
        Ok(Warned { value: Study { frame, rules: rules.value, derivations, lexicon, hash }, warnings })
    }

    /// What decisions rest on.
    pub fn basis(&self) -> Basis<'_> {
        Basis { frame: &self.frame, rules: &self.rules, derivations: &self.derivations }
    }
}
