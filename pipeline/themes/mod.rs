//! The passages of a code become themes: groups of passages that are alike, each with the words that tell it from the
//! others and the quotes nearest to its middle. For a code such as *other* they are a start for new codes; a person names
//! them.
//!
//! Passages are tf-idf rows, brought to a few dimensions (latent semantic analysis) and grouped by k-means. The number
//! of groups is that of the highest silhouette. Names are class-based tf-idf (Grootendorst 2022).

mod cluster;
mod names;

use crate::classify::Unit;
use crate::classify::likeness::{Likeness, alike, points};
use crate::coding::{Coded, Unreadable};
use crate::decide::Decision;
use crate::exchange::passages;
use crate::exchange::quotes::Haystack;
use crate::fault::nearest;
use crate::index::words;
use crate::project::{Project, Table};
use crate::review::Said;
use crate::span::ByteSpan;
use crate::store::{self, Store};
use crate::study::Study;
use crate::vignette::{Citation, CitationError, Cited, title};
use cluster::{Groups, groups};
use names::{Background, name};
use std::collections::BTreeSet;

/// How themes are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// How many; `None`: as many as the passages fall into.
    pub n_themes: Option<usize>,
    /// Where random choice starts.
    pub seed: u64,
}

/// By number of groups a mean silhouette.
type Silhouettes = Vec<(usize, f64)>;

/// The themes of a code.
#[derive(Debug, Clone, PartialEq)]
pub struct Themes {
    /// `question/code`.
    pub code: String,
    /// Its label.
    pub label: String,
    /// How many passages were grouped.
    pub n_passages: usize,
    /// How many reports they stand in.
    pub n_reports: usize,
    /// Passages left out, because there are more than can be grouped at once.
    pub n_left_out: usize,
    /// Mean silhouette, -1 to 1, of each number of groups that was tried: how much nearer a passage is to its own group
    /// than to the next (Rousseeuw 1987).
    pub silhouettes: Silhouettes,
    /// The themes, largest first.
    pub themes: Vec<Theme>,
}

impl Themes {
    /// The mean silhouette of the themes.
    pub fn silhouette(&self) -> Option<f64> {
        self.silhouettes.iter().find(|(n, _)| *n == self.themes.len()).map(|(_, silhouette)| *silhouette)
    }
}

/// Passages that are alike.
#[derive(Debug, Clone, PartialEq)]
pub struct Theme {
    /// The words that tell it from the others, the most telling first, as they are mostly written.
    pub terms: Vec<String>,
    /// How many reports its passages stand in.
    pub n_reports: usize,
    /// Its passages, the most typical first.
    pub passages: Vec<Member>,
}

/// A passage of a theme.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// The report's id.
    pub report: String,
    /// How it is cited.
    pub citation: String,
    /// Where it stands in the report's text.
    pub span: ByteSpan,
    /// Its text.
    pub text: String,
    /// How near it is to the middle of its theme, 0 to 1.
    pub typical: f64,
}

/// Why a code has no themes.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The frame has no such code.
    #[error("the frame has no code `{found}`")]
    UnknownCode {
        /// What was asked for.
        found: String,
        /// The code that may have been meant.
        nearest: Option<String>,
    },
    /// There are too few passages.
    #[error("`{code}` has {found} in reports to which it applies; themes ask for {least} at least")]
    TooFew {
        /// The code.
        code: String,
        /// How many there are, as `no passage` or `3 passages`.
        found: String,
        /// How many it takes.
        least: usize,
    },
    /// More themes are asked for than the passages can make.
    #[error("{n_passages} passages cannot make {found} themes")]
    TooMany {
        /// How many themes are asked for.
        found: usize,
        /// How many passages there are.
        n_passages: usize,
    },
    /// The template of citations.
    #[error(transparent)]
    Citation(#[from] CitationError),
    /// The store.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The store's bytes.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// k-means.
    #[error(transparent)]
    Grouping(#[from] cluster::Error),
}

impl Error {
    /// What the reader can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Error::UnknownCode { nearest, .. } => nearest.as_ref().map(|name| format!("did you mean `{name}`?")),
            Error::TooFew { .. } => Some("`codeframe search --code QUESTION/CODE` prints what there is".to_owned()),
            Error::TooMany { n_passages, .. } => Some(format!("ask for {} at most", n_passages / LEAST_MEMBERS)),
            Error::Citation(error) => error.hint(),
            Error::Store(error) => error.hint(),
            Error::Unreadable(_) => Some("run `codeframe run`, which makes it again".to_owned()),
            Error::Grouping(_) => None,
        }
    }
}

/// Fewer passages than this can be read in the time it takes to type the command.
const LEAST_PASSAGES: usize = 6;
/// Passages of a theme on average, at least.
const LEAST_MEMBERS: usize = 2;
/// The same where nobody has said how many themes: silhouettes go on rising to groups of two or three, which are no
/// start for a code.
const USUAL_MEMBERS: usize = 5;
/// More themes are not looked for by themselves.
const MOST_THEMES: usize = 12;
/// Passages that are grouped at the most; the work grows with the third power.
const MOST_PASSAGES: usize = 2_000;
/// Dimensions to which rows are brought, and of how many passages each must have at least.
const MOST_DIMENSIONS: usize = 20;
const PASSAGES_A_DIMENSION: usize = 3;

/// Groups the passages of a code in the reports to which it applies.
///
/// # Errors
/// When there is no such code, it has too few passages, or the store cannot be read.
pub fn themes(
    project: &Project,
    study: &Study,
    store: &Store,
    said: &Said,
    code: &str,
    settings: Settings,
) -> Result<Themes, Error> {
    let known = study.frame.codes().map(|code| code.name());
    let found = study.frame.find(code);
    let Some(code) = found else {
        return Err(Error::UnknownCode { found: code.to_owned(), nearest: nearest(code, known).map(str::to_owned) });
    };
    let about = Table::of(project);
    let citation = Citation::read(project.config.search.citation.as_ref(), about.columns())?;
    let (mut members, mut background) = (Vec::new(), Background::default());
    store.each_report::<Error>(|row| {
        let mut coded = Coded::from_row(&row)?;
        said.settle(study, &mut coded);
        let text = &coded.content.report.text;
        background.add(coded.content.passages.iter().map(|passage| passage.span.slice(text)));
        if coded.cells[code.index.get()].decision != Decision::Applies {
            return Ok(());
        }
        let metadata = about.row(&coded.id, &row.path);
        let title = title(&coded.content.report).unwrap_or(&coded.id);
        let cited = Cited { report: &coded.id, file: &row.path, title, metadata: &metadata };
        let citation = citation.of(&cited);
        let spans: BTreeSet<ByteSpan> =
            passages(study, &coded, said, code.index, &mut Haystack::new(text)).into_iter().collect();
        members.extend(spans.into_iter().map(|span| Member {
            report: coded.id.clone(),
            citation: citation.clone(),
            span,
            text: span.slice(text).to_owned(),
            typical: 0.,
        }));
        Ok(())
    })?;
    let n_left_out = members.len().saturating_sub(MOST_PASSAGES);
    if n_left_out > 0 {
        // Evenly over the reports.
        let n = members.len();
        let is_in = |at: usize| at * MOST_PASSAGES / n != (at + 1) * MOST_PASSAGES / n;
        members = members.into_iter().enumerate().filter(|(at, _)| is_in(*at)).map(|(_, member)| member).collect();
    }
    let n_passages = members.len();
    if n_passages < LEAST_PASSAGES {
        let found = match n_passages {
            0 => "no passage".to_owned(),
            1 => "1 passage".to_owned(),
            n => format!("{n} passages"),
        };
        return Err(Error::TooFew { code: code.name().to_owned(), found, least: LEAST_PASSAGES });
    }
    if let Some(found) = settings.n_themes.filter(|n| n * LEAST_MEMBERS > n_passages || *n < 2) {
        return Err(Error::TooMany { found, n_passages });
    }
    let n_reports = members.iter().map(|member| &member.report).collect::<BTreeSet<_>>().len();
    let grouped = group(members, &background, settings)?;
    Ok(Themes {
        code: code.name().to_owned(),
        label: code.code.label.clone(),
        n_passages,
        n_reports,
        n_left_out,
        silhouettes: grouped.1,
        themes: grouped.0,
    })
}

fn group(
    members: Vec<Member>,
    background: &Background,
    settings: Settings,
) -> Result<(Vec<Theme>, Silhouettes), Error> {
    let unit = |text: &str| Unit { text: background.telling(text).join(" "), context: String::new() };
    let mut units: Vec<Unit> = members.iter().map(|member| unit(&member.text)).collect();
    let n = units.len();
    units.extend(background.sample().iter().map(|text| unit(text)));
    let likeness = Likeness::learn(&units);
    let rows = likeness.rows(&units[..n]);
    let n_dimensions = (n / PASSAGES_A_DIMENSION).clamp(2, MOST_DIMENSIONS);
    let points = points(&rows, n_dimensions);
    let numbers = match settings.n_themes {
        Some(n_themes) => n_themes..=n_themes,
        None => 2..=(n / USUAL_MEMBERS).clamp(2, MOST_THEMES),
    };
    let Groups { group_of, silhouettes } = groups(&points, numbers, settings.seed)?;
    let n_groups = group_of.iter().max().map_or(0, |last| last + 1);
    let texts = |group: usize| -> Vec<&str> {
        let of_group = members.iter().zip(&group_of).filter(|(_, of)| **of == group);
        of_group.map(|(member, _)| member.text.as_str()).collect()
    };
    let all: Vec<Vec<&str>> = (0..n_groups).map(texts).collect();
    let terms: Vec<Vec<String>> = (0..n_groups).map(|group| name(&all, group, background)).collect();
    let mut themes: Vec<Theme> =
        terms.into_iter().map(|terms| Theme { terms, n_reports: 0, passages: Vec::new() }).collect();
    for (group, theme) in themes.iter_mut().enumerate() {
        let of_group = || rows.iter().zip(&group_of).filter(move |(_, of)| **of == group).map(|(row, _)| row);
        let centre = likeness.centre(of_group());
        let typical: Vec<f64> = of_group().map(|row| alike(row, &centre)).collect();
        let of_theme = members.iter().zip(&group_of).filter(|(_, of)| **of == group).map(|(member, _)| member);
        let passages = of_theme.zip(typical).map(|(member, typical)| Member { typical, ..member.clone() });
        theme.passages = passages.collect();
        theme.passages.sort_by(|a, b| {
            b.typical.total_cmp(&a.typical).then_with(|| a.report.cmp(&b.report)).then(a.span.cmp(&b.span))
        });
        theme.n_reports = theme.passages.iter().map(|member| &member.report).collect::<BTreeSet<_>>().len();
    }
    themes.sort_by(|a, b| b.passages.len().cmp(&a.passages.len()).then_with(|| a.terms.cmp(&b.terms)));
    Ok((themes, silhouettes))
}

/// The words of a text without those that nearly every passage has.
fn stems(text: &str) -> Vec<(String, String)> {
    let stemmer = rust_stemmers::Stemmer::create(rust_stemmers::Algorithm::English);
    words(text).into_iter().map(|word| (stemmer.stem(&word).into_owned(), word)).collect()
}

#[cfg(test)]
mod tests;
