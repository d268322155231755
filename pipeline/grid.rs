//! Every report with what is decided of every code, after what people said, and what is known of it: read once, for whatever
//! compares reports with each other. Ten thousand reports with 136 codes take about 40 MB.

use crate::coding::{Evidence, Unreadable, cells_from_bytes};
use crate::decide::{Cell, Decision};
use crate::expression::{Case, Fields};
use crate::frame::CodeIndex;
use crate::project::{Project, Table};
use crate::review::Said;
use crate::store::{self, Store};
use crate::study::Study;
use std::collections::BTreeMap;

/// See the module.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    /// The reports, by id.
    pub reports: Vec<Settled>,
    /// The columns of the metadata with the values that occur in each.
    pub fields: Fields,
}

/// One report.
#[derive(Debug, Clone)]
pub struct Settled {
    /// Its id.
    pub id: String,
    /// Its file, relative to the project.
    pub path: String,
    /// What is decided of each code, in frame order.
    pub cells: Vec<Cell>,
    /// What is known of it, by column.
    pub metadata: BTreeMap<String, String>,
}

/// Why the reports could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The store's bytes.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

impl Grid {
    /// Reads all reports of the store.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn read(project: &Project, study: &Study, store: &Store, said: &Said) -> Result<Grid, Error> {
        let known = Table::of(project);
        let paths: BTreeMap<String, String> = store.reports()?.into_iter().collect();
        let mut reports = Vec::with_capacity(paths.len());
        store.each_cells(|id, bytes| {
            let mut cells = cells_from_bytes(bytes)?;
            said.settle_cells(study, id, &mut cells, || {
                let row = store.report(id)?.ok_or(Unreadable)?;
                Ok::<_, Error>(Evidence::from_bytes(&row.evidence)?)
            })?;
            let path = paths.get(id).cloned().unwrap_or_default();
            reports.push(Settled { id: id.to_owned(), metadata: known.row(id, &path), path, cells });
            Ok::<(), Error>(())
        })?;
        reports.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(Grid { reports, fields: known.values() })
    }
}

impl Settled {
    /// The report as expressions see it.
    pub fn case(&self) -> Case<'_> {
        Case { report: &self.id, cells: &self.cells, metadata: &self.metadata }
    }

    /// What is decided of a code.
    pub fn decision(&self, code: CodeIndex) -> Decision {
        self.cells[code.get()].decision
    }

    /// Whether a code is decided to apply.
    pub fn has(&self, code: CodeIndex) -> bool {
        self.decision(code) == Decision::Applies
    }
}

/// Groups of reports with one question and one code, for tests: a letter, how many have the code, how many have not.
#[cfg(test)]
pub fn made(groups: &[(&str, usize, usize)]) -> (crate::frame::Frame, Grid) {
    use crate::decide::By;
    let text = "version = 1\nid = 'f'\ntitle = 'F'\n[[question]]\nid = 'who'\ntitle = 'Who'\nselect = 'many'\n\
        code = [{ id = 'parent', label = 'Parents', definition = 'a' }, { id = 'pupil', label = 'Pupils', definition = 'b' }]\n";
    let frame = crate::frame::parse(&crate::fault::Source::new("f", text)).0.expect("the frame is sound");
    let cell = |applies: bool| Cell {
        decision: if applies { Decision::Applies } else { Decision::DoesNotApply },
        by: By::Rule,
        reason: None,
        support: 0.,
        opposition: 0.,
        probability: None,
    };
    let mut grid = Grid::default();
    for (name, with, without) in groups {
        for n in 0..with + without {
            grid.reports.push(Settled {
                id: format!("{name}{n:04}"),
                path: String::new(),
                // The second code goes with the group whose name is `s`.
                cells: vec![cell(n < *with), cell(*name == "s")],
                metadata: [("part".to_owned(), (*name).to_owned())].into(),
            });
        }
        grid.fields.entry("part".to_owned()).or_default().insert((*name).to_owned());
    }
    grid.reports.sort_by(|a, b| a.id.cmp(&b.id));
    (frame, grid)
}
