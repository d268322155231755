//! What was read of small parts that many documents share, kept for the next of them. Every document that a program writes
//! from its template has the same styles, often larger than the document itself.
//!
//! Parts are told apart by checksums of their packed bytes, never by what the container declares about them: a damaged copy
//! is another part, so what a report becomes does not depend on which reports were read before it, or by which thread.

use super::package::Package;
use super::xml::Events;
use crate::extract::Error;
use crate::extract::budget::Budget;
use std::collections::BTreeMap;
use std::io::{Read, Seek};
use std::sync::{Arc, Mutex, PoisonError};

/// What tells a part from others: name and packed bytes (checksum, length), and the checksum and length that its content
/// must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fingerprint {
    /// Checksum of the packed bytes, with the name.
    pub packed_crc: u32,
    /// Length of the packed bytes.
    pub packed_len: u64,
    /// Declared checksum of the unpacked bytes.
    pub crc: u32,
    /// Declared length of the unpacked bytes.
    pub len: u64,
}

/// How many parts of a kind are kept; a corpus has few writers, and what is kept is small.
const MAX_KEPT: usize = 64;

/// What was read of parts of one kind.
pub(super) struct Kept<T> {
    parts: Mutex<BTreeMap<Fingerprint, Arc<T>>>,
}

impl<T: Default> Kept<T> {
    pub const fn new() -> Self {
        Kept { parts: Mutex::new(BTreeMap::new()) }
    }

    /// What `read` makes of the part `name`, now or before. A part that is missing or cannot be opened reads as nothing.
    pub fn get<S: Read + Seek>(
        &self,
        package: &mut Package<S>,
        name: &str,
        budget: &Budget,
        read: impl FnOnce(&mut Events) -> Result<T, Error>,
    ) -> Result<Arc<T>, Error> {
        let fingerprint = package.fingerprint(name);
        if let Some(fingerprint) = &fingerprint
            && let Some(part) = self.parts.lock().unwrap_or_else(PoisonError::into_inner).get(fingerprint)
        {
            return Ok(part.clone());
        }
        let Some(mut events) = package.events_if_sound(name, budget)? else { return Ok(Arc::default()) };
        let part = Arc::new(read(&mut events)?);
        if let Some(fingerprint) = fingerprint {
            let mut parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
            if parts.len() >= MAX_KEPT {
                parts.clear();
            }
            parts.insert(fingerprint, part.clone());
        }
        Ok(part)
    }
}
