//! What a project codes by, loaded and checked: frame, rules, derived codes. Everything that decides, prints or explains
//! codes starts from one of these.

use crate::classify::{Classifier, files};
use crate::decide::{Basis, By, Derivations};
use crate::facts::{self, Lexicon};
use crate::fault::{Faults, did_you_mean};
use crate::frame::{self, CodeIndex, Frame};
use crate::project::Project;
use crate::propose::{self, Rules};
use crate::warned::Warned;
use std::path::PathBuf;

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
    /// The classifier that is used, if there is one.
    pub classifier: Option<Chosen>,
    /// Hash of its file; empty without one.
    pub classifier_hash: String,
    /// Share of the automatic decisions that a person checks.
    pub audit_rate: f64,
    /// Where random choice starts.
    pub seed: u64,
    /// Hash of what rules and facts find in a text.
    pub rules_hash: String,
    /// Hash of all that decides what a text is coded as; reports coded under another are coded again.
    pub hash: String,
}

/// The classifier that a project uses.
#[derive(Debug)]
pub struct Chosen {
    /// Its name.
    pub name: String,
    /// The classifier.
    pub classifier: Classifier,
    /// By code of the frame: its number in the classifier; none for codes that it does not know as they are defined now.
    pub target_of: Vec<Option<usize>>,
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
    /// The classifier.
    #[error(transparent)]
    Classifier(#[from] files::Error),
    /// The classifier knows none of the frame's codes.
    #[error("classifier `{name}` was made for another frame")]
    Foreign {
        /// The classifier.
        name: String,
    },
    /// The config names a classifier that is not there.
    #[error("{place}: there is no classifier `{name}`")]
    NoClassifier {
        /// The name.
        name: String,
        /// Where it stands.
        place: crate::fault::Place,
        /// What the reader can write instead.
        near: Option<String>,
    },
    /// The frame's derived codes.
    #[error("derived codes of the frame `{path}` are not sound")]
    Derived {
        /// The frame's file, relative to the project.
        path: String,
        /// What is wrong.
        source: Faults,
    },
}

impl Error {
    /// What the reader can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Error::Classifier(error) => error.hint(),
            Error::Foreign { .. } => Some(
                "run `codeframe train` to make one for this frame, or say in config.toml, section [train]: \
                 classifier = \"none\""
                    .to_owned(),
            ),
            Error::NoClassifier { near, .. } => near.clone(),
            Error::Frame(_) | Error::Rules(_) | Error::Derived { .. } => None,
        }
    }

    /// Whether another classifier would mend it, or none.
    pub fn is_of_classifier(&self) -> bool {
        matches!(self, Error::Classifier(_) | Error::Foreign { .. })
    }
}

/// What a study is made of, read and not yet compiled. It costs a tenth, and says whether anything has changed.
#[derive(Debug)]
pub struct Outline {
    frame: Warned<Frame>,
    frame_name: String,
    rules: Option<propose::Unread>,
    /// The name and file of the classifier.
    classifier: Option<(String, PathBuf)>,
    classifier_hash: String,
    audit_rate: f64,
    seed: u64,
    rules_hash: String,
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
        let rules_hash = hasher.finalize().to_hex().to_string();
        let classifier = classifier(project)?;
        let mut classifier_hash = String::new();
        if let Some((_, path)) = &classifier {
            let decide = &project.config.decide;
            classifier_hash = files::hash(path)?;
            hasher.update(classifier_hash.as_bytes());
            hasher.update(format!("{} {}", decide.audit_rate, project.config.seed).as_bytes());
        }
        let hash = hasher.finalize().to_hex().to_string();
        let (audit_rate, seed) = (project.config.decide.audit_rate, project.config.seed);
        Ok(Outline { frame, frame_name, rules, classifier, classifier_hash, audit_rate, seed, rules_hash, hash })
    }

    /// As [`Study::hash`].
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The name of the classifier that is used, if there is one.
    pub fn classifier(&self) -> Option<&str> {
        self.classifier.as_ref().map(|(name, _)| name.as_str())
    }

    /// Compiles what has been read.
    ///
    /// # Errors
    /// When the rules or the derived codes are not sound.
    pub fn compile(self) -> Result<Warned<Study>, Error> {
        let Outline { frame, frame_name, rules, classifier, classifier_hash, audit_rate, seed, rules_hash, hash } =
            self;
        let Warned { value: frame, mut warnings } = frame;
        let rules = rules.map_or_else(|| Ok(Warned::clean(Rules::none(&frame))), |rules| rules.compile(&frame))?;
        warnings.extend(rules.warnings);
        let derivations = Derivations::compile(&frame, &facts::NAMES)
            .map_err(|faults| Error::Derived { path: frame_name, source: Faults(faults) })?;
        let lexicon = || Lexicon::parse(LEXICON).expect("the lexicon that is built in is tested");
        let lexicon = derivations.needs_facts().then(lexicon);
        let read = |(name, path): (String, PathBuf)| choose(&frame, name, files::read(&path)?, &mut warnings);
        let classifier = classifier.map(read).transpose()?;
        let rules = rules.value;
        let study = Study {
            frame,
            rules,
            derivations,
            lexicon,
            classifier,
            classifier_hash,
            audit_rate,
            seed,
            rules_hash,
            hash,
        };
        Ok(Warned { value: study, warnings })
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

    /// Whether an automatic decision on a code of a report is put before a person: drawn at random, once and for all as
    /// long as seed, classifier and the code's definition stay. Another classifier is audited by another draw, since it has
    /// learned what people said of the former.
    pub fn audits(&self, report: &str, code: CodeIndex) -> bool {
        let code = &self.frame.code(code).code;
        let of = [&self.classifier_hash, report, &code.name, &code.definition_hash].join("\0");
        chance(&format!("{}\0{of}", self.seed)) < self.audit_rate
    }

    /// A random number from 0 to below 1 for a code of a report, the same as long as the code's definition stays and not
    /// the audit's: what is queued is drawn by it.
    pub fn draw(&self, report: &str, code: CodeIndex, seed: u64) -> f64 {
        let code = &self.frame.code(code).code;
        chance(&format!("queue\0{seed}\0{report}\0{}\0{}", code.name, code.definition_hash))
    }

    /// The classifier's name, for what it decided.
    pub fn classifier_of(&self, by: By) -> Option<&str> {
        self.classifier.as_ref().filter(|_| by == By::Classifier).map(|chosen| chosen.name.as_str())
    }

    /// What decisions rest on.
    pub fn basis(&self) -> Basis<'_> {
        Basis { frame: &self.frame, rules: &self.rules, derivations: &self.derivations }
    }
}

/// A number from 0 to below 1 that depends on a text alone.
fn chance(of: &str) -> f64 {
    let drawn = blake3::hash(of.as_bytes());
    let number = u64::from_le_bytes(drawn.as_bytes()[..8].try_into().expect("a hash has 32 bytes"));
    (number >> 11) as f64 / (1_u64 << 53) as f64
}

/// The classifier that a project would use on a frame, for a reader who wants to know what is wrong with it.
///
/// # Errors
/// When it is not there, cannot be read, is not whole, or is another frame's.
pub fn chosen(project: &Project, frame: &Frame) -> Result<Warned<Option<Chosen>>, Error> {
    let mut warnings = Vec::new();
    let Some((name, path)) = classifier(project)? else { return Ok(Warned::clean(None)) };
    let chosen = choose(frame, name, files::read(&path)?, &mut warnings)?;
    Ok(Warned { value: Some(chosen), warnings })
}

/// The name and file of the classifier that the config asks for.
fn classifier(project: &Project) -> Result<Option<(String, PathBuf)>, Error> {
    let train = &project.config.train;
    let folder = project.frame_folder();
    if train.is_off {
        return Ok(None);
    }
    let Some(named) = &train.classifier else {
        let newest = files::numbers(&folder).last().map(|number| files::name(*number));
        return Ok(newest.map(|name| (name.clone(), files::path(&folder, &name))));
    };
    let (name, path) = (named.text.clone(), files::path(&folder, &named.text));
    if !path.is_file() {
        let names: Vec<String> = files::numbers(&folder).into_iter().map(files::name).collect();
        let near = match &names[..] {
            [] => Some("there is none yet; run `codeframe train` with classifier = \"newest\"".to_owned()),
            all => did_you_mean(&name, all.iter().map(String::as_str))
                .or_else(|| Some(format!("there are {}, \"newest\" and \"none\"", all.join(", ")))),
        };
        return Err(Error::NoClassifier { name, place: named.place.clone(), near });
    }
    Ok(Some((name, path)))
}

/// Matches a classifier with a frame, code by code: what it has learned of a code holds for the definition of that time.
fn choose(frame: &Frame, name: String, classifier: Classifier, warnings: &mut Vec<String>) -> Result<Chosen, Error> {
    let mut target_of = vec![None; frame.n_codes()];
    let mut edited = Vec::new();
    for (number, target) in classifier.targets.iter().enumerate() {
        match frame.find(&target.name) {
            Some(code) if code.code.definition_hash == target.definition => target_of[code.index.get()] = Some(number),
            Some(code) => edited.push(code.name()),
            None => {}
        }
    }
    if target_of.iter().all(Option::is_none) {
        return Err(Error::Foreign { name });
    }
    if !edited.is_empty() {
        warnings.push(format!(
            "`{name}` learned another definition of {}; run `codeframe train`, and have these codes reviewed",
            edited.join(", ")
        ));
    }
    Ok(Chosen { name, classifier, target_of })
}
