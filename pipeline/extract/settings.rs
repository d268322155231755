//! How much of a file is read before it is taken for an attack or an accident. The defaults are 10 to 100 times what the
//! largest of 3,328 public documents needed.

use serde::{Deserialize, Serialize};

/// Limits on one file, from the section `[extract]` of config.toml. A file that passes one is refused with
/// [`Error::Limit`](super::Error::Limit) or [`Error::TooSlow`](super::Error::TooSlow); it is never cut short in silence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, try_from = "Unchecked")]
pub struct Settings {
    /// Entries in the zip container. Default 10,000 (the largest seen had 291); 1 to 65,535.
    pub max_entries: u64,
    /// Bytes of one unpacked part, counted while unpacking. Default 268,435,456 (256 MB; largest seen 5.3 MB); from 1,000.
    pub max_part_bytes: u64,
    /// Bytes of all unpacked parts together. Default 536,870,912 (512 MB); from 1,000.
    pub max_total_bytes: u64,
    /// How many times larger a part may be unpacked than packed, once it is larger than 64 MB. Deflate reaches 1,032 on
    /// nothing but repetition; prose reaches 10. Default 200; from 1.
    pub max_ratio: u64,
    /// How deep elements may lie in one another. Default 1,000 (deepest seen 29); 16 to 100,000.
    pub max_depth: u64,
    /// Bytes of the text of a report, and of a plain-text file. Default 67,108,864 (64 MB); 1,000 to 1,000,000,000.
    pub max_text_bytes: u64,
    /// Bytes of one tag or of one stretch of text between two tags. Default 16,777,216 (16 MB); from 1,000.
    pub max_token_bytes: u64,
    /// Blocks (paragraphs, cells, notes) of a report. Default 250,000; from 1.
    pub max_blocks: u64,
    /// Seconds that reading one file may take, by the clock. Default 5; from 1.
    pub timeout_seconds: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            max_entries: 10_000,
            max_part_bytes: 256 << 20,
            max_total_bytes: 512 << 20,
            max_ratio: 200,
            max_depth: 1_000,
            max_text_bytes: 64 << 20,
            max_token_bytes: 16 << 20,
            max_blocks: 250_000,
            timeout_seconds: 5,
        }
    }
}

/// What config.toml says, before its numbers are checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Unchecked {
    max_entries: u64,
    max_part_bytes: u64,
    max_total_bytes: u64,
    max_ratio: u64,
    max_depth: u64,
    max_text_bytes: u64,
    max_token_bytes: u64,
    max_blocks: u64,
    timeout_seconds: u32,
}

impl Default for Unchecked {
    fn default() -> Self {
        let Settings {
            max_entries,
            max_part_bytes,
            max_total_bytes,
            max_ratio,
            max_depth,
            max_text_bytes,
            max_token_bytes,
            max_blocks,
            timeout_seconds,
        } = Settings::default();
        Unchecked {
            max_entries,
            max_part_bytes,
            max_total_bytes,
            max_ratio,
            max_depth,
            max_text_bytes,
            max_token_bytes,
            max_blocks,
            timeout_seconds,
        }
    }
}

impl TryFrom<Unchecked> for Settings {
    type Error = String;

    fn try_from(u: Unchecked) -> Result<Self, String> {
        let within = |name: &str, value: u64, low: u64, high: u64| {
            if (low..=high).contains(&value) {
                Ok(value)
            } else {
                Err(format!("`{name}` is {value}, expected {low} to {high}"))
            }
        };
        // Offsets in a text have 32 bits; the upper bound of `max_text_bytes` keeps well below.
        Ok(Settings {
            max_entries: within("max_entries", u.max_entries, 1, 65_535)?,
            max_part_bytes: within("max_part_bytes", u.max_part_bytes, 1_000, 1 << 40)?,
            max_total_bytes: within("max_total_bytes", u.max_total_bytes, 1_000, 1 << 40)?,
            max_ratio: within("max_ratio", u.max_ratio, 1, 1 << 20)?,
            max_depth: within("max_depth", u.max_depth, 16, 100_000)?,
            max_text_bytes: within("max_text_bytes", u.max_text_bytes, 1_000, 1_000_000_000)?,
            max_token_bytes: within("max_token_bytes", u.max_token_bytes, 1_000, 1 << 30)?,
            max_blocks: within("max_blocks", u.max_blocks, 1, 10_000_000)?,
            timeout_seconds: within("timeout_seconds", u64::from(u.timeout_seconds), 1, 86_400)? as u32,
        })
    }
}
