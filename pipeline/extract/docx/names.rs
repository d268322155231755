//! The elements that mean something to us, by namespace and name. Prefixes mean nothing: a document may call the
//! namespace of Word anything, and use its transitional or its strict form.

/// The namespaces that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ns {
    /// WordprocessingML.
    Word,
    /// Office math.
    Math,
    /// Markup compatibility (`mc:AlternateContent`).
    Compat,
    /// DrawingML.
    Drawing,
    /// Package relationships and content types, which stand in parts of their own.
    Package,
    /// Any other.
    Other,
}

impl Ns {
    /// The namespace with this URI.
    pub fn of(uri: &[u8]) -> Ns {
        match uri {
            b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
            | b"http://purl.oclc.org/ooxml/wordprocessingml/main" => Ns::Word,
            b"http://schemas.openxmlformats.org/officeDocument/2006/math"
            | b"http://purl.oclc.org/ooxml/officeDocument/math" => Ns::Math,
            b"http://schemas.openxmlformats.org/markup-compatibility/2006" => Ns::Compat,
            b"http://schemas.openxmlformats.org/drawingml/2006/main" | b"http://purl.oclc.org/ooxml/drawingml/main" => {
                Ns::Drawing
            }
            b"http://schemas.openxmlformats.org/package/2006/relationships"
            | b"http://schemas.openxmlformats.org/package/2006/content-types" => Ns::Package,
            // The drafts of the format, which the betas of Word 2007 wrote.
            _ if uri.starts_with(b"http://schemas.openxmlformats.org/wordprocessingml/2006/") => Ns::Word,
            _ => Ns::Other,
        }
    }

    /// What a prefix means that the document never declared: what everybody means by it.
    pub fn by_custom(prefix: &[u8]) -> Ns {
        match prefix {
            b"w" => Ns::Word,
            b"m" => Ns::Math,
            b"mc" => Ns::Compat,
            b"a" => Ns::Drawing,
            _ => Ns::Other,
        }
    }
}

macro_rules! tags {
    ($($ns:ident { $($name:literal => $tag:ident),* $(,)? })*) => {
        /// An element that means something to us.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Tag { $($(#[doc = concat!("`", $name, "`")] $tag,)*)* /** Any other element. */ Other }

        impl Tag {
            /// The element of this name in this namespace.
            pub fn of(ns: Ns, local: &[u8]) -> Tag {
                match ns {
                    $(Ns::$ns => match local { $(x if x == $name.as_bytes() => Tag::$tag,)* _ => Tag::Other },)*
                    Ns::Other => Tag::Other,
                }
            }
        }
    };
}

tags! {
    Word {
        "t" => Text, "r" => Run, "p" => Paragraph, "rPr" => RunProperties, "pPr" => ParagraphProperties,
        "tab" => Tab, "br" => Break, "cr" => CarriageReturn, "noBreakHyphen" => NoBreakHyphen, "ptab" => PositionedTab,
        "softHyphen" => SoftHyphen, "sym" => Symbol,
        "tc" => TableCell, "tr" => TableRow, "tbl" => Table, "tcPr" => CellProperties, "trPr" => RowProperties,
        "tblPr" => TableProperties, "tblPrEx" => TableExceptions, "tblGrid" => TableGrid, "tblHeader" => HeaderRow,
        "gridSpan" => GridSpan, "gridBefore" => GridBefore, "vMerge" => VerticalMerge, "hMerge" => HorizontalMerge,
        "pStyle" => ParagraphStyle, "rStyle" => RunStyle, "numPr" => NumberProperties, "numId" => NumberId,
        "ilvl" => NumberLevel, "outlineLvl" => OutlineLevel, "jc" => Alignment, "framePr" => Frame,
        "b" => Bold, "sz" => Size, "caps" => Capitals, "smallCaps" => SmallCapitals, "u" => Underline, "rFonts" => Fonts,
        "ins" => Insertion, "del" => Deletion, "moveFrom" => MovedAway, "moveTo" => MovedHere,
        "delText" => DeletedText, "instrText" => FieldCode, "delInstrText" => DeletedFieldCode,
        "rPrChange" => RunChange, "pPrChange" => ParagraphChange, "sectPrChange" => SectionChange,
        "tblPrChange" => TableChange, "tcPrChange" => CellChange, "trPrChange" => RowChange,
        "tblPrExChange" => ExceptionsChange, "tblGridChange" => GridChange, "numberingChange" => NumberingChange,
        "footnoteReference" => FootnoteReference, "endnoteReference" => EndnoteReference,
        "commentReference" => CommentReference,
        "drawing" => DrawingFrame, "pict" => Picture, "object" => EmbeddedObject, "txbxContent" => TextBox,
        "altChunk" => ForeignChunk, "sectPr" => SectionProperties,
        "sdtPr" => ControlProperties, "sdtEndPr" => ControlEndProperties, "ffData" => FormField,
        "document" => Document, "glossaryDocument" => GlossaryDocument, "body" => Body,
        "footnotes" => Footnotes, "endnotes" => Endnotes, "footnote" => Footnote, "endnote" => Endnote,
        "comments" => Comments, "hdr" => Header, "ftr" => Footer,
        "styles" => Styles, "style" => Style, "name" => Name, "basedOn" => BasedOn, "docDefaults" => Defaults,
        "latentStyles" => LatentStyles, "tblStylePr" => ConditionalStyle,
        "numbering" => Numbering, "abstractNum" => AbstractNumber, "num" => Number, "lvl" => Level, "start" => Start,
        "numFmt" => NumberFormat, "lvlText" => LevelText, "abstractNumId" => AbstractNumberId,
        "lvlOverride" => LevelOverride, "startOverride" => StartOverride, "isLgl" => LegalNumbers,
        "numStyleLink" => NumberStyleLink, "styleLink" => StyleLink, "lvlRestart" => LevelRestart,
    }
    Math { "t" => MathText, "r" => MathRun, "rPr" => MathRunProperties, "oMathPara" => MathParagraph }
    Compat { "AlternateContent" => Alternatives, "Choice" => Choice, "Fallback" => Fallback }
    Drawing { "t" => DrawingText, "p" => DrawingParagraph, "br" => DrawingBreak }
    Package { "Relationship" => Relationship, "Override" => ContentOverride, "Default" => ContentDefault }
}
