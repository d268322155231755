//! `codeframe export`: codings, quotes and the matrix, on stdout and in files that other programs open.

use crate::project::Project;
use calamine::{Data, Reader, open_workbook};
use parquet::file::reader::{FileReader, SerializedFileReader};

/// A project that has been run, with a verdict and a text that a spreadsheet would take for a formula.
fn coded() -> Project {
    let project = Project::small();
    project.write("corpus/reports.csv", "id,cohort,question\nfirst,1,=1+1\nsecond,2,\nthird,,Why?\n");
    project.write("corpus/reports/third.txt", "=Mums came, \"all\" of them.\n");
    project.write(
        "said.csv",
        "report,question,code,verdict,quote,reviewer\nsecond,who,pupil,applies,No parents came.,ms\nsecond,who,parent,does_not_apply,,ms\n",
    );
    for arguments in [&["run", "--quiet"][..], &["import", "codings", "said.csv"]] {
        let output = project.command(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    project
}

#[test]
fn quotes_and_matrix_are_tables() {
    let project = coded();
    insta::assert_snapshot!("quotes", project.run(&["export", "quotes", "--format", "csv"]));
    insta::assert_snapshot!("quotes_of_the_machine", project.run(&["export", "quotes", "--machine"]));
    insta::assert_snapshot!("matrix", project.run(&["export", "matrix"]));
}

/// The table as text, by another reader than its writer.
fn from_xlsx(project: &Project, name: &str) -> Vec<Vec<String>> {
    let mut book: calamine::Xlsx<_> = open_workbook(project.path(name)).unwrap();
    let sheet = book.sheet_names()[0].clone();
    let told = |cell: &Data| match cell {
        Data::Empty => String::new(),
        cell => cell.to_string(),
    };
    book.worksheet_range(&sheet).unwrap().rows().map(|row| row.iter().map(told).collect()).collect()
}

fn from_parquet(project: &Project, name: &str) -> Vec<Vec<String>> {
    use parquet::record::Field;
    let reader = SerializedFileReader::new(std::fs::File::open(project.path(name)).unwrap()).unwrap();
    let names = reader.metadata().file_metadata().schema().get_fields().iter().map(|field| field.name().to_owned());
    let mut rows: Vec<Vec<String>> = vec![names.collect()];
    for row in reader.get_row_iter(None).unwrap() {
        let told = |field: &Field| match field {
            Field::Str(text) => text.clone(),
            Field::Null => String::new(),
            field => field.to_string(),
        };
        rows.push(row.unwrap().get_column_iter().map(|(_, field)| told(field)).collect());
    }
    rows
}

#[test]
fn all_forms_hold_the_same() {
    let project = coded();
    for what in ["codings", "quotes", "matrix"] {
        for format in ["csv", "xlsx", "parquet"] {
            let output = format!("{what}.{format}");
            let said = project.run(&["export", what, "--format", format, "--output", &output]);
            assert_eq!(
                said,
                format!("exit code: 0\n----- stdout -----\n----- stderr -----\n{what} written to {output}\n")
            );
        }
        let csv = project.read(&format!("{what}.csv"));
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv.as_bytes());
        // A number may be written with or without its zeros; texts that look like formulas are marked in CSV alone.
        let alike = |cell: &str| {
            cell.parse::<f64>().map_or_else(|_| cell.trim_start_matches('\'').to_owned(), |number| number.to_string())
        };
        let alike_all = |rows: Vec<Vec<String>>| -> Vec<Vec<String>> {
            rows.iter().map(|row| row.iter().map(|cell| alike(cell)).collect()).collect()
        };
        let rows: Vec<Vec<String>> =
            reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
        assert!(rows.len() > 2);
        let rows = alike_all(rows);
        assert_eq!(alike_all(from_xlsx(&project, &format!("{what}.xlsx"))), rows, "{what}");
        assert_eq!(alike_all(from_parquet(&project, &format!("{what}.parquet"))), rows, "{what}");
    }
    let again = project.run(&["export", "codings", "--format", "jsonl", "--output", "codings.jsonl"]);
    assert!(again.starts_with("exit code: 0"));
    let printed = project.command(&["export", "codings", "--format", "jsonl"]).output().unwrap().stdout;
    assert_eq!(project.read("codings.jsonl").as_bytes(), printed);
}

#[test]
fn what_cannot_be_exported_is_said() {
    let project = coded();
    insta::assert_snapshot!("no_output", project.run(&["export", "matrix", "--format", "xlsx"]));
    insta::assert_snapshot!("no_format", project.run(&["export", "quotes", "--format", "json"]));
    insta::assert_snapshot!("no_place", project.run(&["export", "matrix", "--output", "said.csv/x.csv"]));
    insta::assert_snapshot!("not_run", Project::small().run(&["export", "quotes"]));
}
