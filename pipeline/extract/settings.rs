//! How much of a file is read before it is taken for an attack or an accident. The defaults are 10 to 100 times what the
//! largest of 3,328 public documents needed.

use crate::keys::Keys;

/// Limits on one file, from the section `[extract]` of config.toml. A file that passes one is refused with
/// [`Error::Limit`](super::Error::Limit) or [`Error::TooSlow`](super::Error::TooSlow); it is never cut short in silence.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// Seconds that reading one file may take, by the clock; a pause of the machine hardly counts. Default 5; from 1.
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

impl Settings {
    /// Reads the section `[extract]` of config.toml; a key that is left out, or out of its range, has its default, and
    /// the latter is recorded as a fault.
    pub fn read(keys: &mut Keys<'_>) -> Settings {
        let mut settings = Settings::default();
        let mut limit = |key, range, value: &mut u64| {
            if let Some(found) = keys.count(key, range) {
                *value = found.value;
            }
        };
        limit("max_entries", 1..=65_535, &mut settings.max_entries);
        limit("max_part_bytes", 1_000..=1 << 40, &mut settings.max_part_bytes);
        limit("max_total_bytes", 1_000..=1 << 40, &mut settings.max_total_bytes);
        limit("max_ratio", 1..=1 << 20, &mut settings.max_ratio);
        limit("max_depth", 16..=100_000, &mut settings.max_depth);
        // Offsets in a text have 32 bits; the upper bound keeps well below.
        limit("max_text_bytes", 1_000..=1_000_000_000, &mut settings.max_text_bytes);
        limit("max_token_bytes", 1_000..=1 << 30, &mut settings.max_token_bytes);
        limit("max_blocks", 1..=10_000_000, &mut settings.max_blocks);
        let mut seconds = u64::from(settings.timeout_seconds);
        limit("timeout_seconds", 1..=86_400, &mut seconds);
        settings.timeout_seconds = u32::try_from(seconds).expect("the range was checked");
        settings
    }
}
