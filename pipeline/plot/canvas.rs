//! What every picture is drawn with: texts, lines and filled boxes at pixels, and how long a text is. Labels of codes are
//! long, so they are wrapped, which plotters' own axes do not.

use super::Picture;
use super::picture::FAMILIES;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Height of ordinary text in pixels.
pub(super) const TEXT: f64 = 13.;
/// Height of small text.
pub(super) const SMALL: f64 = 11.5;
/// Distance of the lines of a wrapped text.
pub(super) const LINE: i32 = 16;

pub(super) const INK: RGBColor = RGBColor(26, 26, 26);
pub(super) const FAINT: RGBColor = RGBColor(205, 205, 205);
pub(super) const MUTED: RGBColor = RGBColor(90, 90, 90);
pub(super) const DARK: RGBColor = RGBColor(58, 95, 138);
pub(super) const PALE: RGBColor = RGBColor(214, 224, 236);

/// A sheet that is drawn on.
pub(super) struct Canvas<'s> {
    area: DrawingArea<SVGBackend<'s>, Shift>,
}

/// A string takes whatever is drawn.
const INTO_MEMORY: &str = "drawing into a string does not fail";

impl Canvas<'_> {
    /// Draws a picture of a size, white where nothing is drawn.
    pub fn draw(width: u32, height: u32, alt: String, draw: impl FnOnce(&Canvas<'_>)) -> Picture {
        let mut svg = String::new();
        {
            let canvas = Canvas { area: SVGBackend::with_string(&mut svg, (width, height)).into_drawing_area() };
            canvas.area.fill(&WHITE).expect(INTO_MEMORY);
            draw(&canvas);
            canvas.area.present().expect(INTO_MEMORY);
        }
        let escaped = alt.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
        let named = format!("<svg role=\"img\" aria-label=\"{escaped}\" ");
        let mut svg = svg.replacen("<svg ", &named, 1);
        let after = svg.find('>').expect("an SVG begins with its tag") + 1;
        svg.insert_str(after, &format!("\n<title>{escaped}</title>"));
        Picture { svg, alt, width, height }
    }

    /// A text whose anchor is `(x, y)`, `y` the middle of its height.
    pub fn text(&self, text: &str, at: (i32, i32), size: f64, anchor: HPos, colour: RGBColor) {
        // plotters divides the size by this number before it writes it.
        let font = FontDesc::new(FontFamily::Name(FAMILIES), size * 1.24, FontStyle::Normal);
        let style = TextStyle::from(font).color(&colour).pos(Pos::new(anchor, VPos::Center));
        self.area.draw(&Text::new(text.to_owned(), at, style)).expect(INTO_MEMORY);
    }

    /// A filled box, with an outline if one is given.
    pub fn filled(&self, from: (i32, i32), to: (i32, i32), fill: RGBColor, outline: Option<RGBColor>) {
        self.area.draw(&Rectangle::new([from, to], fill.filled())).expect(INTO_MEMORY);
        if let Some(outline) = outline {
            self.area.draw(&Rectangle::new([from, to], outline.stroke_width(1))).expect(INTO_MEMORY);
        }
    }

    /// A straight line.
    pub fn line(&self, from: (i32, i32), to: (i32, i32), colour: RGBColor, width: u32) {
        self.area.draw(&PathElement::new(vec![from, to], colour.stroke_width(width))).expect(INTO_MEMORY);
    }
}

/// About how wide a text is in pixels; a little too wide rather than too narrow, since readers' fonts differ.
pub(super) fn width_of(text: &str, size: f64) -> f64 {
    let em = |c: char| match c {
        'i' | 'j' | 'l' | 't' | 'f' | 'r' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | '(' | ')' | ' ' | 'I' => 0.33,
        'm' | 'w' | 'M' | 'W' | '%' | '@' | '—' | '…' => 0.88,
        c if c.is_uppercase() => 0.67,
        _ => 0.56,
    };
    text.chars().map(em).sum::<f64>() * size
}

/// The words of a text in lines of at most `width` pixels, at most `most` of them; what does not fit ends in an ellipsis.
pub(super) fn wrapped(text: &str, size: f64, width: f64, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.last_mut().expect("there is always a line");
        let longer = if last.is_empty() { word.to_owned() } else { format!("{last} {word}") };
        if last.is_empty() || width_of(&longer, size) <= width {
            *last = longer;
        } else {
            lines.push(word.to_owned());
        }
    }
    let is_cut = lines.len() > most;
    lines.truncate(most);
    for (number, line) in lines.iter_mut().enumerate() {
        let ends = is_cut && number + 1 == most;
        if !ends && width_of(line, size) <= width {
            continue;
        }
        while !line.is_empty() && width_of(&format!("{line}…"), size) > width {
            line.pop();
        }
        *line = format!("{}…", line.trim_end());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_labels_are_wrapped_and_then_cut() {
        let check = |text: &str, most, expected: &[&str]| {
            assert_eq!(wrapped(text, 10., 70., most), expected, "{text}");
        };
        check("Parents", 2, &["Parents"]);
        check("Parents and carers", 2, &["Parents and", "carers"]);
        check("Parents and carers of many pupils", 2, &["Parents and", "carers of…"]);
        check("Unpronounceableword", 2, &["Unpronounce…"]);
        check("", 2, &[""]);
    }
}
