//! What a template asked for becomes blocks of the document: tables, charts, the way to the sample, patterns, quotations.
//! What is lacking is said where it would stand, and once more as a warning.

use super::template::Request;
use super::{Data, Error, Material};
use crate::document::{self, Block, Column, Figure, Inline, Png, Row, Text};
use crate::grid::Settled;
use crate::index::Limits;
use crate::map::compare;
use crate::pattern;
use crate::plot::{Bars, Value, bars};
use crate::sample;
use crate::vignette::{Order, Request as Search, Sources, Vignette, basket};
use crate::warned::Warned;
use std::collections::{BTreeMap, BTreeSet};

/// How many pixels of a picture's PNG stand for one of its SVG.
const SCALE: f32 = 2.5;

/// See the module.
pub(super) struct Inserts<'i> {
    material: &'i Material<'i>,
    data: &'i Data,
    warnings: Vec<String>,
    failed: Option<Error>,
    /// How often each report has been quoted, so that all get their turn.
    quoted: BTreeMap<String, usize>,
    /// Where quotations are looked for, once one was asked for.
    sources: Option<Sources>,
}

impl<'i> Inserts<'i> {
    pub fn new(material: &'i Material<'i>, data: &'i Data) -> Self {
        Inserts { material, data, warnings: Vec::new(), failed: None, quoted: BTreeMap::new(), sources: None }
    }

    /// What was lacking.
    pub fn finish(mut self) -> Result<Vec<String>, Error> {
        self.warnings.dedup();
        self.failed.map_or(Ok(self.warnings), Err)
    }

    /// The blocks for a note; after a failure none.
    pub fn blocks(&mut self, note: &str) -> Vec<Block> {
        // Somebody may have typed a block of this name.
        let Ok(request) = serde_json::from_str::<Request>(note) else { return Vec::new() };
        if self.failed.is_some() {
            return Vec::new();
        }
        self.answer(&request).unwrap_or_else(|error| {
            self.failed = Some(error);
            Vec::new()
        })
    }

    fn answer(&mut self, request: &Request) -> Result<Vec<Block>, Error> {
        let frame = &self.material.study.frame;
        let in_depth = self.material.project.config.sample.asks.as_str();
        Ok(match request {
            Request::Contents => vec![Block::Contents],
            Request::Table { question } => self.table(question),
            Request::Chart { question } => self.chart(question),
            Request::Flow => match self.material.flow {
                Some(flow) => vec![Block::Table(sample::table(flow, &frame.unit))],
                None => self.lacking("The config says nothing of an in-depth sample."),
            },
            Request::Comparison { question } => self.comparison(question),
            Request::Together { limit } => {
                let found = pattern::together(frame, self.material.grid, in_depth);
                if found.found.is_empty() {
                    let n = found.n_looked_at;
                    return Ok(vec![paragraph(format!(
                        "Of {n} pairs of codes none goes together, or keeps apart, more than chance explains."
                    ))]);
                }
                let mut table = pattern::together_table(frame, &found, *limit);
                for (row, pair) in table.rows.iter_mut().zip(&found.found) {
                    let codes = [&pair.first, &pair.second].map(|name| frame.find(name).map(|code| code.index));
                    self.behind(row, |report| codes.iter().flatten().all(|code| report.has(*code)));
                }
                vec![Block::Table(table)]
            }
            Request::Differences { by, limit } => self.differences(by, *limit),
            Request::Vignettes { code, limit } => self.vignettes(code, *limit)?,
            Request::Basket { name, limit } => self.basket(name, *limit)?,
        })
    }

    /// Says where something would stand that it is not there, and why.
    fn lacking(&mut self, why: &str) -> Vec<Block> {
        self.warnings.push(why.trim_end_matches('.').to_owned());
        vec![Block::Paragraph(Text(vec![Inline::Emphasis(why.to_owned())]))]
    }

    fn table(&mut self, id: &str) -> Vec<Block> {
        let Some(question) = self.data.question(id) else { return Vec::new() };
        if !question.is_coded {
            let why = format!(
                "Nobody has coded “{}” yet: all {} {} await a person.",
                question.title, question.n_reports, self.data.units
            );
            return self.lacking(&why);
        }
        let is_open = question.codes.iter().any(|code| code.n_open > 0);
        let is_partly_confirmed = question.codes.iter().any(|code| code.n_confirmed != code.n);
        let mut columns = vec![Column::words(""), Column::numbers("N"), Column::numbers("%")];
        if is_partly_confirmed {
            columns.push(Column::numbers("Confirmed"));
        }
        if is_open {
            columns.push(Column::numbers("Open"));
        }
        if question.is_corrected {
            columns.extend([Column::numbers("Corrected %"), Column::numbers("95 % interval")]);
        }
        let (mut rows, mut group) = (Vec::new(), None);
        for code in &question.codes {
            if code.group != group {
                group.clone_from(&code.group);
                rows.push(Row::Group(group.clone().unwrap_or_default().into()));
            }
            let mut cells =
                vec![Text::from(code.label.as_str()), code.n.to_string().into(), format!("{:.1}", code.percent).into()];
            if is_partly_confirmed {
                cells.push(code.n_confirmed.to_string().into());
            }
            if is_open {
                cells.push(code.n_open.to_string().into());
            }
            if let Some(corrected) = code.corrected {
                cells.push(format!("{:.1}", corrected.percent).into());
                cells.push(format!("{:.1} to {:.1}", corrected.low, corrected.high).into());
            }
            rows.push(Row::Cells(cells));
        }
        let base = if question.is_in_depth { "sampled " } else { "" };
        let many = if question.select == "many" { " More than one code possible." } else { "" };
        let mut notes = vec![Text::from(format!("N = {} {base}{}.{many}", question.n_reports, self.data.units))];
        if is_partly_confirmed {
            notes.push("Confirmed: given or confirmed by a person.".into());
        }
        if is_open {
            notes.push("Open: a person is still to be asked; not counted in N.".into());
        }
        if question.is_corrected {
            notes.push("Corrected: estimated from what people found when they looked at the machine's answers.".into());
        }
        vec![Block::Table(document::Table { caption: question.title.as_str().into(), columns, rows, notes })]
    }

    fn chart(&mut self, id: &str) -> Vec<Block> {
        let Some(question) = self.data.question(id).filter(|question| question.is_coded) else { return Vec::new() };
        let has_sample = self.data.sample.is_some() && !question.is_in_depth;
        let units = &self.data.units;
        let value = |percent: f64| Value { value: percent, interval: None, text: format!("{percent:.1}") };
        let rows = question.codes.iter().map(|code| {
            let mut values = vec![code.corrected.map_or_else(
                || value(code.percent),
                |corrected| Value {
                    value: corrected.percent,
                    interval: Some((corrected.low, corrected.high)),
                    text: format!("{:.1} ({:.1}-{:.1})", corrected.percent, corrected.low, corrected.high),
                },
            )];
            values.extend(code.sample_percent.filter(|_| has_sample).map(value));
            crate::plot::Row { label: code.label.clone(), group: code.group.clone(), values }
        });
        let mut series = vec![format!("all {} {units}", question.n_reports)];
        if has_sample {
            series.push(format!("sample of {}", self.data.sample.as_ref().map_or(0, |sample| sample.n)));
        }
        let picture = bars(&Bars {
            alt: format!("Bar chart: {}", question.title),
            axis: format!("% of {units}"),
            most: 100.,
            series,
            rows: rows.collect(),
        });
        let png = Png {
            bytes: picture.png(SCALE),
            width: (picture.width as f32 * SCALE).ceil() as u32,
            height: (picture.height as f32 * SCALE).ceil() as u32,
        };
        let what = match (question.is_corrected, has_sample) {
            (true, true) => ", corrected, with 95 % intervals; in the sample as decided",
            (true, false) => ", corrected, with 95 % intervals",
            (false, true) => ", in all and in the sample",
            (false, false) => "",
        };
        let stop = if question.title.ends_with(['?', '.', '!']) { "" } else { "." };
        let caption = format!("{}{stop} Share of {units}{what}", question.title);
        vec![Block::Figure(Figure { caption: caption.into(), alternative: picture.alt.clone(), svg: picture.svg, png })]
    }

    fn comparison(&mut self, id: &str) -> Vec<Block> {
        let Material { study, grid, project, sample, .. } = self.material;
        let Some(sample) = sample else {
            return self.lacking(
                "No in-depth sample has been drawn, so there is nothing to compare; `codeframe sample` draws one.",
            );
        };
        let compared = compare::compare(&study.frame, grid, sample.reports(), &project.config.sample.asks);
        let found = compared.iter().find(|compared| compared.question == id);
        match found {
            Some(found) => {
                let mut table = compare::table(found);
                table.caption = format!("Sample and all {}: {}", self.data.units, found.title).into();
                vec![Block::Table(table)]
            }
            None => {
                self.lacking(&format!("`{id}` is asked of the sample only, so there is no whole to compare it with."))
            }
        }
    }

    fn differences(&mut self, by: &[String], limit: usize) -> Vec<Block> {
        let Material { study, grid, project, sample, .. } = self.material;
        let columns: Vec<&str> = match by {
            [] => grid.fields.keys().map(String::as_str).collect(),
            named => named.iter().map(String::as_str).collect(),
        };
        // A column that repeats the sample differs by what the sample was chosen for; who wants that names the column.
        let is_sample = |group: &pattern::Group| {
            let agree = |sample: &sample::Sample| {
                grid.reports.iter().filter(|report| group.has(report) == sample.has(&report.id)).count()
            };
            by.is_empty() && sample.is_some_and(|sample| [0, grid.reports.len()].contains(&agree(sample)))
        };
        let groups: Vec<pattern::Group> = columns
            .iter()
            .filter_map(|name| pattern::groups_of(name, &study.frame, grid))
            .flatten()
            .filter(|group| !is_sample(group))
            .collect();
        let found = pattern::differ(&study.frame, grid, &groups, &project.config.sample.asks);
        if found.n_looked_at == 0 {
            return self.lacking("There are no groups of reports large enough to compare.");
        }
        if found.found.is_empty() {
            let n = found.n_looked_at;
            return vec![paragraph(format!(
                "Of {n} comparisons of a group with the other {} none differs more than chance explains.",
                self.data.units
            ))];
        }
        let mut table = pattern::difference_table(&study.frame, &found, limit);
        for (row, one) in table.rows.iter_mut().zip(&found.found) {
            let group = groups.iter().find(|group| group.name == one.group);
            let code = study.frame.find(&one.code).map(|code| code.index);
            let has = |report: &Settled| code.is_some_and(|code| report.has(code));
            self.behind(row, |report| group.is_some_and(|group| group.has(report)) && has(report));
        }
        vec![Block::Table(table)]
    }

    /// Names the reports behind a pattern in a note to the third cell of its row, which says how many they are.
    fn behind(&self, row: &mut Row, is_behind: impl Fn(&Settled) -> bool) {
        let reports = &self.material.grid.reports;
        let ids: Vec<&str> =
            reports.iter().filter(|report| is_behind(report)).map(|report| report.id.as_str()).collect();
        if let Row::Cells(cells) = row
            && let Some(cell) = cells.get_mut(2).filter(|_| !ids.is_empty())
        {
            let more = ids.len().saturating_sub(MOST_NAMED);
            let named = ids[..ids.len() - more].join(", ");
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            *cell = std::mem::take(cell).note(format!("{named}{more}."));
        }
    }

    /// The passages that carry a code best, one a report, sampled reports first.
    fn vignettes(&mut self, code: &str, limit: usize) -> Result<Vec<Block>, Error> {
        let Material { project, study, store, said, sample, grid, .. } = self.material;
        let sources = match &mut self.sources {
            Some(sources) => sources,
            none => none.insert(Sources::open(project)?),
        };
        let index = study.frame.find(code).map(|code| code.index);
        let with_code = |is_wanted: &dyn Fn(&str) -> bool| -> BTreeSet<String> {
            let has = |report: &&Settled| index.is_some_and(|index| report.has(index)) && is_wanted(&report.id);
            grid.reports.iter().filter(has).take(MOST_READ).map(|report| report.id.clone()).collect()
        };
        let sampled = with_code(&|id| sample.is_some_and(|sample| sample.has(id)));
        let within = if sampled.len() < limit { with_code(&|_| true) } else { sampled };
        let request = Search {
            query: "",
            code: Some(code),
            report: None,
            within: Some(&within),
            like: None,
            order: Order::Typical,
            limits: Limits { hits: MOST_LOOKED_AT, per_report: Some(3) },
        };
        let found = sources.search(study, store, said, request)?;
        let mut kept: Vec<_> = found.vignettes.iter().collect();
        // Neither a heading nor half a page illustrates anything.
        let is_fit = |text: &str| (60..=450).contains(&text.chars().count());
        let is_outside = |id: &str| sample.is_some_and(|sample| !sample.has(id));
        let n_quoted = |id: &str| self.quoted.get(id).copied().unwrap_or(0);
        kept.sort_by_key(|vignette| {
            (is_outside(&vignette.report), !is_fit(&vignette.text), n_quoted(&vignette.report))
        });
        let label = study.frame.find(code).map_or(code, |code| code.code.label.as_str());
        let mut reports: Vec<&str> = Vec::new();
        let mut blocks = Vec::new();
        for vignette in kept {
            if blocks.len() < limit && !reports.contains(&vignette.report.as_str()) {
                reports.push(&vignette.report);
                *self.quoted.entry(vignette.report.clone()).or_default() += 1;
                let source = Text::from(vignette.citation.as_str()).note(traced(vignette, &self.data.unit, label));
                blocks.push(Block::Quotation(vignette.text.trim().into(), source));
            }
        }
        if blocks.is_empty() {
            return Ok(self.lacking(&format!("No passage is cited for “{label}” ({code}).")));
        }
        Ok(blocks)
    }

    fn basket(&mut self, name: &str, limit: usize) -> Result<Vec<Block>, Error> {
        let Warned { value: kept, warnings } = basket::read(self.material.project, name)?;
        self.warnings.extend(warnings);
        let mut blocks = Vec::new();
        for one in kept.iter().take(limit) {
            let saved = &one.saved;
            if one.span.is_none() {
                self.warnings.push(format!("a passage of basket `{name}` is no longer in report `{}`", saved.report));
            }
            blocks.push(Block::Quotation(saved.quote.trim().into(), saved.citation.as_str().into()));
        }
        if blocks.is_empty() {
            return Ok(self.lacking(&format!("Basket `{name}` is empty.")));
        }
        Ok(blocks)
    }
}

/// How many reports a note names.
const MOST_NAMED: usize = 30;

/// How many passages are looked at for a vignette, the best first.
const MOST_LOOKED_AT: usize = 60;

/// So many reports with a code are read for what is typical of it, the first by id where more have it.
const MOST_READ: usize = 80;

/// Where a passage stands, and as what it is quoted.
fn traced(vignette: &Vignette, unit: &str, label: &str) -> String {
    let mut letters = unit.chars();
    let unit: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    let mut place = vignette.headings.join(" › ");
    if !vignette.row_head.is_empty() {
        place = if place.is_empty() { vignette.row_head.clone() } else { format!("{place}, {}", vignette.row_head) };
    }
    let place = if place.is_empty() { String::new() } else { format!(", under “{place}”") };
    format!("{unit} {}{place}. Evidence for “{label}”.", vignette.report)
}

fn paragraph(text: String) -> Block {
    Block::Paragraph(text.into())
}
