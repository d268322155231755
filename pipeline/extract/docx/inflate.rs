//! Unpacks small parts in one go into buffers that are used again for the next part and the next file. Setting up a
//! decompressor and its window costs as much as unpacking a small part, and a document has ten.

use crc32fast::Hasher;
use flate2::{Decompress, FlushDecompress, Status};
use std::cell::RefCell;
use std::io::Read;

/// Packed and unpacked parts up to this size are unpacked in one go; larger ones as a stream.
const MAX_PACKED_BYTES: u64 = 256 << 10;
const MAX_BYTES: usize = 1 << 20;

/// Buffers and a decompressor, handed back to the thread when dropped.
pub(super) struct Unpacker {
    state: Option<Box<State>>,
}

struct State {
    packed: Vec<u8>,
    unpacked: Vec<u8>,
    decompress: Decompress,
}

thread_local! {
    static SPARE: RefCell<Option<Box<State>>> = const { RefCell::new(None) };
}

impl Unpacker {
    /// The one that this thread used last, or a new one.
    pub fn take() -> Self {
        let state = SPARE.with_borrow_mut(Option::take).unwrap_or_else(|| {
            Box::new(State { packed: Vec::new(), unpacked: Vec::new(), decompress: Decompress::new(false) })
        });
        Unpacker { state: Some(state) }
    }

    fn state(&mut self) -> &mut State {
        self.state.as_mut().expect("the state is there until it is dropped")
    }

    /// Takes in a packed part; says whether it is small enough.
    pub fn load(&mut self, part: impl Read, declared: u64) -> bool {
        let packed = &mut self.state().packed;
        packed.clear();
        declared <= MAX_PACKED_BYTES
            && part.take(MAX_PACKED_BYTES + 1).read_to_end(packed).is_ok()
            && packed.len() as u64 == declared
    }

    /// Checksum of the packed part and a name.
    pub fn checksum(&mut self, name: &str) -> u32 {
        let mut crc = Hasher::new();
        crc.update(&self.state().packed);
        crc.update(name.as_bytes());
        crc.finalize()
    }

    /// Unpacks the part that was taken in. `None` when it is large, or anything about it is not as it should be: then it
    /// is read as a stream, which keeps what stands before the damage.
    pub fn unpack(&mut self, deflated: bool, crc: u32, len: u64) -> Option<()> {
        let State { packed, unpacked, decompress } = self.state();
        if len > MAX_BYTES as u64 {
            return None;
        }
        if deflated {
            unpacked.clear();
            decompress.reset(false);
            // What it declares is a guess at the room it needs, within limits.
            unpacked.reserve(len as usize + 64);
            loop {
                let from = decompress.total_in() as usize;
                let status = decompress.decompress_vec(&packed[from..], unpacked, FlushDecompress::None).ok()?;
                if status == Status::StreamEnd {
                    break;
                }
                let full = unpacked.len() == unpacked.capacity();
                if !full || unpacked.len() > MAX_BYTES {
                    return None;
                }
                unpacked.reserve(unpacked.len());
            }
        } else {
            std::mem::swap(packed, unpacked);
        }
        (crc32fast::hash(unpacked) == crc && unpacked.len() as u64 == len).then_some(())
    }

    /// What was unpacked last.
    pub fn unpacked(&self) -> &[u8] {
        self.state.as_ref().map_or(&[], |state| &state.unpacked)
    }
}

impl Drop for Unpacker {
    fn drop(&mut self) {
        let state = self.state.take();
        // A thread that ends has nowhere to keep it.
        let _ = SPARE.try_with(|spare| *spare.borrow_mut() = state);
    }
}
