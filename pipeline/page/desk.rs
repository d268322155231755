//! What the page keeps of a project: what it codes by, every report's decisions, the queue, the verdicts, and what the
//! reviewer has done since the page was started. Texts and evidence stay in the store until somebody looks at them.

use super::queue::{Item, Queue, stamp};
use super::shares::Asked;
use super::verdicts::{Changed, Verdicts};
use super::{Error, Settings, is_coded};
use crate::coding::{Coded, Content, Evidence, Unreadable, cells_from_bytes};
use crate::decide::{By, Cell, Decision, Reason};
use crate::frame::{CodeIndex, CodeRef};
use crate::project::{Metadata, Project, Stamp};
use crate::report_id::ReportId;
use crate::review::{ASSIGNMENT, Assignment, Verdict};
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
    /// Whether the queue was shared out and a part is the reviewer's: then they are asked that and no more.
    pub(super) is_assignee: bool,
    shares: Stamp,
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
        let mut queue = Queue::read(&project.queue(), &study.frame)?;
        let shared_out = project.path(ASSIGNMENT);
        let shares = stamp(&shared_out);
        let read = Assignment::read(&shared_out);
        let (assignment, faults) = read.map_err(|source| Error::Queue { path: ASSIGNMENT, source })?;
        notices.extend(faults.iter().map(ToString::to_string));
        let cell =
            |id: &str, code: CodeIndex| reports.get(id).and_then(|of: &OfReport| of.machine.get(code.get()).copied());
        let is_assignee = queue.share_out(&assignment, &study.frame, &settings.reviewer, cell);
        let numbered = queue.items.iter().enumerate();
        let items = numbered.map(|(n, item)| ((item.report.clone(), item.code), n)).collect();
        let mut verdicts = Verdicts::new(&project.ledger());
        notices.extend(verdicts.look()?.1);
        let session = Session::default();
        let mut desk = Desk {
            settings,
            project,
            study,
            store,
            reports,
            queue,
            is_assignee,
            shares,
            items,
            verdicts,
            session,
            notices,
        };
        for report in desk.verdicts.reports() {
            desk.settle(&report)?;
        }
        Ok(desk)
    }

    /// Takes over what others have done since: verdicts, a run that wrote another queue, a queue shared out anew.
    pub fn refresh(&mut self) -> Result<(), Error> {
        let is_shared_anew = stamp(&self.project.path(ASSIGNMENT)) != self.shares;
        if is_shared_anew || !self.queue.is_current(&self.project.queue()) {
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

    /// What is decided of an item after what people said; none where its report has gone.
    pub(super) fn settled(&self, item: &Item) -> Option<Decision> {
        self.reports.get(&item.report).map(|of_report| of_report.settled[item.code.get()].decision)
    }

    /// Why an item is asked, after what people said: what they disagree on is asked for that, but of whoever was given it beside
    /// them.
    pub(super) fn reason<'i>(&self, item: &'i Item) -> &'i str {
        let settled = self.reports.get(&item.report).and_then(|of_report| of_report.settled[item.code.get()].reason);
        match settled {
            Some(Reason::PeopleDisagree) if !matches!(item.asked, Asked::Me { .. }) => Reason::PeopleDisagree.name(),
            _ => &item.reason,
        }
    }

    /// Whether an item is the reviewer's to answer, answered or not.
    pub(super) fn is_asked(&self, item: &Item) -> bool {
        match &item.asked {
            Asked::Me { .. } => true,
            _ if self.is_assignee => false,
            Asked::Anybody => true,
            Asked::Others(names) => names.iter().all(|name| self.has_answered(&item.report, item.code, name)),
        }
    }

    /// Whether an item awaits the reviewer: it is theirs to answer, they have not answered it, and people have not agreed on it
    /// unless it was given to the reviewer whatever others say.
    pub(super) fn is_open(&self, item: &Item) -> bool {
        let Some(settled) = self.settled(item) else { return false };
        let is_wanted = settled == Decision::Queue || matches!(item.asked, Asked::Me { .. });
        is_wanted && self.is_asked(item) && !self.has_answered(&item.report, item.code, &self.settings.reviewer)
    }

    /// Whether somebody has answered a code of a report as it is defined now, and not taken it back.
    pub(super) fn has_answered(&self, report: &str, code: CodeIndex, reviewer: &str) -> bool {
        let code = self.study.frame.code(code);
        let holds = |v: &Verdict| *v.definition == *code.code.definition_hash && !v.is_undone();
        self.verdicts.last(report, &code, reviewer).is_some_and(holds)
    }

    /// Whether the reviewer is to answer a code of a report without seeing anything of the machine.
    pub(super) fn is_blind(&self, report: &str, code: CodeIndex) -> bool {
        self.item(report, code).is_some_and(|n| self.queue.items[n].asked == Asked::Me { is_blind: true })
    }

    /// The reports of which the reviewer still has something to answer blind: nothing of the machine is shown of them.
    pub(super) fn blind_reports(&self) -> BTreeSet<&str> {
        let blind = self.queue.items.iter().filter(|item| item.asked == Asked::Me { is_blind: true });
        blind.filter(|item| self.is_open(item)).map(|item| &*item.report).collect()
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
