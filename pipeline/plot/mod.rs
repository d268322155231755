//! Numbers become pictures: bars with intervals, a heat map of what goes together. Drawn with plotters as SVG in which text
//! stays text, readable in black and white, each with a text for those who do not see it. Knows no stage: what is drawn
//! is handed in as labels and numbers.

mod bars;
mod canvas;
mod curve;
mod heat;
mod picture;

pub use bars::{Bars, Row, Value, bars};
pub use curve::{Curves, Line, curves};
pub use heat::{Heat, heat_map};
pub use picture::Picture;
