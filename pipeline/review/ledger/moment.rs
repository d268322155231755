//! A time as a ledger line has it becomes a number that can be compared, whatever offset or fraction it was written with.

/// Nanoseconds since 1970 in UTC of a time as RFC 3339; `None` when it is none. Days are counted as by Hinnant
/// ("chrono-compatible low-level date algorithms").
pub fn instant(text: &str) -> Option<i128> {
    let bytes = text.as_bytes();
    let digits = |from: usize, to: usize| -> Option<i64> {
        let part = bytes.get(from..to)?;
        part.iter().all(u8::is_ascii_digit).then(|| std::str::from_utf8(part).ok()?.parse().ok())?
    };
    let sign = |at: usize, of: &[u8]| bytes.get(at).is_some_and(|byte| of.contains(byte));
    if !(sign(4, b"-") && sign(7, b"-") && sign(10, b"Tt ") && sign(13, b":") && sign(16, b":")) {
        return None;
    }
    let (year, month, day) = (digits(0, 4)?, digits(5, 7)?, digits(8, 10)?);
    let (hour, minute, second) = (digits(11, 13)?, digits(14, 16)?, digits(17, 19)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let mut at = 19;
    let mut nanoseconds = 0;
    if sign(at, b".") {
        let end = at + 1 + bytes[at + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let fraction: String = text.get(at + 1..end)?.chars().chain("000000000".chars()).take(9).collect();
        nanoseconds = fraction.parse().ok()?;
        at = end;
    }
    let offset = match bytes.get(at)? {
        b'Z' | b'z' if bytes.len() == at + 1 => 0,
        b'+' | b'-' if bytes.len() == at + 6 && sign(at + 3, b":") => {
            let minutes = digits(at + 1, at + 3)? * 60 + digits(at + 4, at + 6)?;
            if bytes[at] == b'+' { minutes } else { -minutes }
        }
        _ => return None,
    };
    // Counted from 1 March, so that a leap day is the last of its year.
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    let seconds = ((days * 24 + hour) * 60 + minute - offset) * 60 + second;
    Some(i128::from(seconds) * 1_000_000_000 + nanoseconds)
}

#[cfg(test)]
mod tests {
    use super::instant;

    /// Expected: `date -u -d TIME +%s` of GNU coreutils 9.
    #[test]
    fn times_are_those_of_the_calendar() {
        let check =
            |text: &str, seconds: Option<i128>| assert_eq!(instant(text), seconds.map(|s| s * 1_000_000_000), "{text}");
        check("1970-01-01T00:00:00Z", Some(0));
        check("2000-02-29T00:00:00Z", Some(951_782_400));
        check("2026-11-23T10:00:00Z", Some(1_795_428_000));
        check("2026-11-23T12:00:00+02:00", Some(1_795_428_000));
        check("2026-11-23t04:30:00-05:30", Some(1_795_428_000));
        check("2026-11-23", None);
        check("2026-13-23T10:00:00Z", None);
        check("2026-11-23T10:00:00", None);
        check("2026-11-23T10:00:00Zé", None);
        check("", None);
        assert_eq!(instant("1970-01-01T00:00:00.25Z"), Some(250_000_000));
    }
}
