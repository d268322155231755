//! A finished picture: SVG for HTML, PNG for readers of DOCX that know no SVG. The font is built in, so that a PNG is the
//! same on every machine; an SVG names it first and falls back on what the reader has.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb::Database};
use std::sync::{Arc, LazyLock};

/// Roboto, by Google, under the Apache License 2.0 (`font/LICENSE`).
const FONT: &[u8] = include_bytes!("font/Roboto-Regular.ttf");

/// The families that text asks for, the built-in one first.
pub(super) const FAMILIES: &str = "Roboto, Arial, Helvetica, sans-serif";

static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    fonts.load_font_data(FONT.to_vec());
    fonts.set_sans_serif_family("Roboto");
    Arc::new(fonts)
});

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The drawing, a whole SVG document without an XML declaration, so that it can stand inside HTML.
    pub svg: String,
    /// What it shows, for those who do not see it; the SVG has it too.
    pub alt: String,
    /// Width in pixels of 1/96 inch.
    pub width: u32,
    /// Height in the same.
    pub height: u32,
}

impl Picture {
    /// The picture as PNG, `scale` times as many pixels each way; 2 is enough for print.
    ///
    /// # Panics
    /// When `scale` is not a positive number, or so large that the picture does not fit into the memory.
    pub fn png(&self, scale: f32) -> Vec<u8> {
        let options = Options { font_family: "Roboto".to_owned(), fontdb: FONTS.clone(), ..Options::default() };
        let tree = Tree::from_str(&self.svg, &options).expect("what was drawn is SVG");
        let pixels = |length: u32| (length as f32 * scale).ceil() as u32;
        let mut pixmap = Pixmap::new(pixels(self.width), pixels(self.height)).expect("a picture has an area");
        resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
        pixmap.encode_png().expect("a picture has a PNG")
    }
}
