//! Keeps docs/check.md what the table of rules says. `TASKS_UPDATE_DOCS=1 cargo test --test check_docs` writes it.

use std::fs;
use std::path::Path;

#[test]
fn the_page_of_rules_is_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/check.md");
    let real = tasks::finding::document();
    if std::env::var_os("TASKS_UPDATE_DOCS").is_some_and(|value| value == "1") {
        fs::write(&path, &real).unwrap();
        return;
    }
    snapbox::assert_data_eq!(fs::read_to_string(&path).unwrap_or_default(), snapbox::Data::text(real).raw());
}
