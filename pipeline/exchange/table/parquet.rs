//! A table as Parquet, for data frames. Every column may be blank. Rows are gathered, and written column by column a
//! group at a time.

use super::{Cell, Column, Kind, Table, TableError};
use ::parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use ::parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::types::Type;
use std::io::Write;
use std::sync::Arc;

/// Rows of a group.
const GROUP: usize = 50_000;

/// A table that goes out as Parquet.
pub struct Parquet<W: Write + Send> {
    writer: SerializedFileWriter<W>,
    gathered: Vec<Gathered>,
    n_rows: usize,
}

/// The values of a column that are not written yet, and by row whether there is one.
struct Gathered {
    levels: Vec<i16>,
    values: Values,
}

enum Values {
    Text(Vec<ByteArray>),
    Number(Vec<f64>),
    Whole(Vec<i64>),
}

impl<W: Write + Send> Parquet<W> {
    /// Begins a file with these columns.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn new(columns: &[Column], out: W) -> Result<Parquet<W>, TableError> {
        let field = |column: &Column| {
            let (physical, logical) = match column.kind {
                Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
                Kind::Number => (Physical::DOUBLE, None),
                Kind::Whole => (Physical::INT64, None),
            };
            let made = Type::primitive_type_builder(&column.name, physical)
                .with_repetition(Repetition::OPTIONAL)
                .with_logical_type(logical)
                .build()?;
            Ok(Arc::new(made))
        };
        let fields = columns.iter().map(field).collect::<Result<Vec<_>, TableError>>()?;
        let schema = Type::group_type_builder("codeframe").with_fields(fields).build()?;
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let writer = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties))?;
        let gathered = columns.iter().map(|column| Gathered::of(column.kind)).collect();
        Ok(Parquet { writer, gathered, n_rows: 0 })
    }

    fn write_group(&mut self) -> Result<(), TableError> {
        let mut group = self.writer.next_row_group()?;
        for gathered in &mut self.gathered {
            let Some(mut column) = group.next_column()? else { break };
            let levels = Some(gathered.levels.as_slice());
            match &gathered.values {
                Values::Text(values) => column.typed::<ByteArrayType>().write_batch(values, levels, None)?,
                Values::Number(values) => column.typed::<DoubleType>().write_batch(values, levels, None)?,
                Values::Whole(values) => column.typed::<Int64Type>().write_batch(values, levels, None)?,
            };
            column.close()?;
            gathered.clear();
        }
        group.close()?;
        self.n_rows = 0;
        Ok(())
    }
}

impl Gathered {
    fn of(kind: Kind) -> Gathered {
        let values = match kind {
            Kind::Text => Values::Text(Vec::new()),
            Kind::Number => Values::Number(Vec::new()),
            Kind::Whole => Values::Whole(Vec::new()),
        };
        Gathered { levels: Vec::new(), values }
    }

    fn add(&mut self, cell: &Cell<'_>) {
        let is_known = match (&mut self.values, cell) {
            (Values::Text(values), Cell::Text(text)) => {
                values.push(ByteArray::from(&**text));
                true
            }
            (Values::Number(values), Cell::Number(number)) if number.is_finite() => {
                values.push(*number);
                true
            }
            (Values::Whole(values), Cell::Whole(number)) => {
                values.push(*number);
                true
            }
            _ => false,
        };
        self.levels.push(i16::from(is_known));
    }

    fn clear(&mut self) {
        self.levels.clear();
        match &mut self.values {
            Values::Text(values) => values.clear(),
            Values::Number(values) => values.clear(),
            Values::Whole(values) => values.clear(),
        }
    }
}

impl<W: Write + Send> Table for Parquet<W> {
    fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), TableError> {
        self.gathered.iter_mut().zip(cells).for_each(|(gathered, cell)| gathered.add(cell));
        self.n_rows += 1;
        if self.n_rows == GROUP { self.write_group() } else { Ok(()) }
    }

    fn finish(mut self: Box<Self>) -> Result<(), TableError> {
        if self.n_rows > 0 {
            self.write_group()?;
        }
        self.writer.close()?;
        Ok(())
    }
}
