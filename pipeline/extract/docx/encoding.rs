//! XML parts are UTF-8 but for rare ones in UTF-16 or Latin-1; those are turned into UTF-8 while they are read.

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use std::io::{self, BufRead, BufReader, Read};

/// The bytes as UTF-8.
pub(super) fn utf8<'p>(mut bytes: impl BufRead + 'p) -> io::Result<Box<dyn BufRead + 'p>> {
    let encoding = declared(bytes.fill_buf()?);
    if encoding == UTF_8 {
        return Ok(Box::new(bytes));
    }
    let transcoded = Transcoded {
        inner: bytes,
        decoder: encoding.new_decoder_with_bom_removal(),
        out: Vec::new(),
        at: 0,
        done: false,
    };
    Ok(Box::new(BufReader::with_capacity(8 << 10, transcoded)))
}

/// Whether a part that starts with these bytes is UTF-8.
pub(super) fn is_utf8(head: &[u8]) -> bool {
    declared(head) == UTF_8
}

/// The encoding by byte order mark, by the zero bytes of UTF-16, or by the XML declaration.
fn declared(head: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return encoding;
    }
    match head {
        [b'<', 0, ..] => return UTF_16LE,
        [0, b'<', ..] => return UTF_16BE,
        _ => {}
    }
    let line = head.split(|b| *b == b'>').next().unwrap_or_default();
    let declaration = line.strip_prefix(b"<?xml").unwrap_or_default();
    let label = memchr::memmem::find(declaration, b"encoding").and_then(|at| {
        let mut quoted = declaration[at..].split(|b| matches!(b, b'"' | b'\''));
        quoted.nth(1)
    });
    match label.and_then(Encoding::for_label) {
        // A declaration that could be read as ASCII is not in UTF-16, whatever it says.
        Some(encoding) if encoding.is_ascii_compatible() => encoding,
        _ => UTF_8,
    }
}

struct Transcoded<R> {
    inner: R,
    decoder: Decoder,
    out: Vec<u8>,
    at: usize,
    done: bool,
}

impl<R: BufRead> Read for Transcoded<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.at == self.out.len() && !self.done {
            self.at = 0;
            self.out.resize(16 << 10, 0);
            let input = self.inner.fill_buf()?;
            let last = input.is_empty();
            let (result, read, written, _) = self.decoder.decode_to_utf8(input, &mut self.out, last);
            self.inner.consume(read);
            self.out.truncate(written);
            self.done = last && result == CoderResult::InputEmpty;
        }
        let n = buf.len().min(self.out.len() - self.at);
        buf[..n].copy_from_slice(&self.out[self.at..self.at + n]);
        self.at += n;
        Ok(n)
    }
}
