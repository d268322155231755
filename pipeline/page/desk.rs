//! What the page keeps of a project: what it codes by, every report's decisions, the queue, the verdicts, and what the
//! reviewer has done since the page was started. Texts and evidence stay in the store until somebody looks at them.

use super::queue::{Item, Queue};
use super::verdicts::{Changed, Verdicts};
use super::{Error, Settings, is_coded};
use crate::coding::{Coded, Content, Evidence, Unreadable, cells_from_bytes};
use crate::decide::{By, Cell, Decision};
use crate::frame::{CodeIndex, CodeRef};
use crate::project::{Metadata, Project};
use crate::report_id::ReportId;
use crate::review::Verdict;
use crate::store::Store;
use crate::study::Study;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// See the module.
pub struct Desk {
    pub(super) settings: Settings,
    pub(super) project: Project,
    pub(super) study: Study,
    pub(super) store: Store,
    /// By id.
    pub(super) reports: BTreeMap<Arc<str>, OfReport>,
    pub(super) queue: Queue,
    /// By (report, code): the number of its item.
    items: BTreeMap<(Arc<str>, CodeIndex), usize>,
    pub(super) verdicts: Verdicts,
    pub(super) session: Session,
    /// What was odd and is told on every page.
    pub(super) notices: Vec<String>,
}

/// A report's decisions and what is known about it.
pub struct OfReport {
    /// Its file, relative to the project.
    pub path: String,
    /// The machine's decisions, in frame order.
    pub machine: Vec<Cell>,
    /// The same after what people said.
    pub settled: Vec<Cell>,
    /// What is known about it, by column.
    pub metadata: BTreeMap<String, String>,
}

/// What the reviewer has done since the page was started.
#[derive(Default)]
pub struct Session {
    /// Verdicts in order, to be taken back from the last on.
    pub given: Vec<Given>,
    /// Items put off.
    pub skipped: BTreeSet<(Arc<str>, CodeIndex)>,
    /// When verdicts were given, in seconds.
    pub times: Vec<u64>,
}

/// A verdict that was given here, with what stood before it.
pub struct Given {
    pub report: Arc<str>,
    pub code: CodeIndex,
    /// How the others are called that were given with it.
    pub step: usize,
    pub before: Option<Verdict>,
    /// The words in which it is told.
    pub told: String,
}

impl Desk {
    /// Reads what is needed of a project.
    pub fn open(project: Project, settings: Settings) -> Result<Desk, Error> {
        let study = Study::load(&project)?;
        let not_coded = Error::NotCoded { reason: "nothing has been coded yet" };
        let store = Store::open_existing(&project.derived())?.ok_or(not_coded)?;
        is_coded(&study.value, &store)?;
        let mut notices = study.warnings;
        let study = study.value;
        let read = |path: String| std::fs::read(project.path(&path)).ok().map(|bytes| Metadata::read(&path, &bytes).0);
        let metadata = project.metadata().and_then(read).unwrap_or_default();
        let folder = format!("{}/", project.config.corpus.reports.trim_end_matches('/'));
        let mut reports = BTreeMap::new();
        for (id, path) in store.reports()? {
            let file = path.strip_prefix(&folder).unwrap_or(&path);
            let known = ReportId::try_from(id.clone()).map(|id| metadata.of(&id, file)).unwrap_or_default();
            let of_report = OfReport { machine: Vec::new(), settled: Vec::new(), metadata: known, path };
            reports.insert(Arc::<str>::from(id), of_report);
        }
        store.each_cells(|id, bytes| {
            if let Some(of_report) = reports.get_mut(id) {
                of_report.machine = cells_from_bytes(bytes)?;
                of_report.settled.clone_from(&of_report.machine);
            }
            Ok::<(), Error>(())
        })?;
        let queue = Queue::read(&project.queue(), &study.frame)?;
        let numbered = queue.items.iter().enumerate();
        let items = numbered.map(|(n, item)| ((item.report.clone(), item.code), n)).collect();
        let mut verdicts = Verdicts::new(&project.ledger());
        notices.extend(verdicts.look()?.1);
        let session = Session::default();
        let mut desk = Desk { settings, project, study, store, reports, queue, items, verdicts, session, notices };
        for report in desk.verdicts.reports() {
            desk.settle(&report)?;
        }
        Ok(desk)
    }

    /// Takes over what others have done since: verdicts, and a run that wrote another queue.
    pub fn refresh(&mut self) -> Result<(), Error> {
        if !self.queue.is_current(&self.project.queue()) {
            match Desk::open(self.project.clone(), self.settings.clone()) {
                Ok(desk) => {
                    let session = std::mem::take(&mut self.session);
                    *self = Desk { session, ..desk };
                }
                // What is shown is what was coded before; the next request looks again.
                Err(error) => self.notices = vec![format!("the project has changed and cannot be shown: {error}")],
            }
        }
        self.catch_up()
    }

    /// Takes over verdicts that were added to the ledger.
    pub(super) fn catch_up(&mut self) -> Result<(), Error> {
        let (changed, warnings) = self.verdicts.look()?;
        self.notices.extend(warnings);
        let changed = match changed {
            Changed::Reports(reports) => reports,
            Changed::All => self.reports.keys().cloned().collect(),
        };
        changed.iter().try_for_each(|report| self.settle(report))
    }

    /// Lays what people said over a report's decisions anew.
    fn settle(&mut self, report: &str) -> Result<(), Error> {
        let Some(of_report) = self.reports.get_mut(report) else { return Ok(()) };
        let said = self.verdicts.said_of(&self.study.frame, report);
        let mut cells = of_report.machine.clone();
        let store = &self.store;
        said.settle_cells(&self.study, report, &mut cells, || {
            let row = store.report(report)?.ok_or(Unreadable)?;
            Ok::<_, Error>(Evidence::from_bytes(&row.evidence)?)
        })?;
        of_report.settled = cells;
        Ok(())
    }

    /// What is kept of a report.
    pub(super) fn report(&self, id: &str) -> Result<&OfReport, Error> {
        self.reports.get(id).ok_or_else(|| Error::NotThere { what: "report", found: id.to_owned() })
    }

    /// The code of a name, `question/code`.
    pub(super) fn code(&self, name: &str) -> Result<CodeRef<'_>, Error> {
        let found = self.study.frame.find(name);
        found.ok_or_else(|| Error::NotThere { what: "code", found: name.to_owned() })
    }

    /// A report with all that was found in it, and the machine's decisions.
    pub(super) fn coded(&self, id: &str) -> Result<Coded, Error> {
        self.report(id)?;
        let row = self.store.report(id)?.ok_or(Unreadable)?;
        Ok(Coded::from_row(&row)?)
    }

    /// A report's text.
    pub(super) fn content(&self, id: &str) -> Result<Content, Error> {
        self.report(id)?;
        Ok(Content::from_bytes(&self.store.content(id)?.ok_or(Unreadable)?)?)
    }

    /// The number of the queue's item on a code of a report.
    pub(super) fn item(&self, report: &str, code: CodeIndex) -> Option<usize> {
        self.items.get(&(report.into(), code)).copied()
    }

    /// Whether an item awaits the reviewer: people have not agreed on it, and the reviewer has not answered it.
    pub(super) fn is_open(&self, item: &Item) -> bool {
        let Some(of_report) = self.reports.get(&item.report) else { return false };
        let is_queued = of_report.settled[item.code.get()].decision == Decision::Queue;
        let code = self.study.frame.code(item.code);
        let is_mine = |v: &Verdict| *v.definition == *code.code.definition_hash && !v.is_undone();
        is_queued && !self.verdicts.last(&item.report, &code, &self.settings.reviewer).is_some_and(is_mine)
    }

    /// What the machine says of a code of a report, whether or not people have answered.
    pub(super) fn machine_cell(&self, of_report: &OfReport, code: CodeIndex) -> Cell {
        let settled = of_report.settled[code.get()];
        if settled.by == By::Person { of_report.machine[code.get()] } else { settled }
    }

    /// What is known of a report, by column.
    pub(super) fn metadata(&self, report: &str, column: &str) -> Option<String> {
        self.reports.get(report)?.metadata.get(column).cloned()
    }
}
