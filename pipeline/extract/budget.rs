//! What one file has used up of its limits. Every reader that inflates, parses or writes draws on the one budget of its
//! file, and the first limit that is passed is remembered here: the XML and zip crates in between only hand up an
//! I/O error that says no more than "stopped".

use super::{Error, Settings};
use std::cell::{Cell, RefCell};
use std::io;
use std::time::{Duration, Instant};

/// Unpacked parts up to this size are not held against their ratio: 64 MB cost little, and repetitive prose reaches any ratio.
const RATIO_FREE_BYTES: u64 = 64 << 20;

/// Most time that counts between two looks at the clock, which are a millisecond of work apart. A machine that sleeps or
/// serves others in between must not make a sound report fail.
const MAX_STEP: Duration = Duration::from_millis(100);

/// The limits of one file and what is used of them.
pub(super) struct Budget<'s> {
    /// The limits.
    pub settings: &'s Settings,
    used: Cell<Duration>,
    last_look: Cell<Instant>,
    total_bytes: Cell<u64>,
    passed: RefCell<Option<Error>>,
}

impl<'s> Budget<'s> {
    pub fn new(settings: &'s Settings) -> Self {
        let (used, last_look) = (Cell::new(Duration::ZERO), Cell::new(Instant::now()));
        Budget { settings, used, last_look, total_bytes: Cell::new(0), passed: RefCell::new(None) }
    }

    /// The limit that was passed, if one was. It explains whatever error came up from a crate in between.
    pub fn passed(&self) -> Option<Error> {
        self.passed.borrow().clone()
    }

    /// Fails when the file has used up its time. Cheap enough for once in some thousand events, not for each.
    pub fn check_time(&self) -> Result<(), Error> {
        let now = Instant::now();
        let step = now.duration_since(self.last_look.replace(now));
        self.used.set(self.used.get() + step.min(MAX_STEP));
        if self.used.get() < Duration::from_secs(u64::from(self.settings.timeout_seconds)) {
            return Ok(());
        }
        Err(self.pass(Error::TooSlow { seconds: self.settings.timeout_seconds }))
    }

    /// Counts `n` more unpacked bytes of a part of which `part` bytes are unpacked by now, from `packed` bytes.
    pub fn inflated(&self, n: u64, part: u64, packed: u64, name: &str) -> io::Result<()> {
        let s = self.settings;
        let total = self.total_bytes.get() + n;
        self.total_bytes.set(total);
        let limit = |what: String, limit, unit, setting| Error::Limit { what, limit, unit, setting };
        let error = if part > s.max_part_bytes {
            limit(format!("part `{name}`"), s.max_part_bytes, "bytes unpacked", "max_part_bytes")
        } else if total > s.max_total_bytes {
            limit("the sum of its parts".to_owned(), s.max_total_bytes, "bytes unpacked", "max_total_bytes")
        } else if part > RATIO_FREE_BYTES && part / packed.max(1) > s.max_ratio {
            limit(format!("part `{name}`"), s.max_ratio, "bytes unpacked for each packed one", "max_ratio")
        } else {
            return self.check_time().map_err(stopped);
        };
        Err(stopped(self.pass(error)))
    }

    /// The error for a limit, remembered.
    pub fn limit(&self, what: &str, limit: u64, unit: &'static str, setting: &'static str) -> Error {
        self.pass(Error::Limit { what: what.to_owned(), limit, unit, setting })
    }

    fn pass(&self, error: Error) -> Error {
        self.passed.borrow_mut().get_or_insert(error).clone()
    }
}

/// The error that goes up through crates which know I/O errors only; [`Budget::passed`] has the real one.
pub(super) fn stopped(error: Error) -> io::Error {
    io::Error::other(error.to_string())
}
