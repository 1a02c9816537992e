//! Where in its file a finding lies, and the order of findings.

use crate::finding::Finding;
use crate::format::place_of;
use crate::model::natural_cmp;
use std::cmp::Ordering;

/// Gives findings that have none a place in their file, as far as `text_of` knows the file, and puts all in order: by
/// path, then by place; what lies in no file comes last, as it was.
pub fn locate<'t>(findings: &mut [Finding], text_of: impl Fn(&str) -> Option<&'t str>) {
    for finding in findings.iter_mut().filter(|f| f.place.is_none()) {
        if let (Some(path), Some(spot)) = (&finding.path, &finding.spot)
            && let Some(text) = text_of(path)
        {
            finding.place = place_of(path, text, spot);
        }
    }
    findings.sort_by(|a, b| by_path(a, b).then_with(|| a.place.cmp(&b.place)));
}

fn by_path(a: &Finding, b: &Finding) -> Ordering {
    match (&a.path, &b.path) {
        (Some(a), Some(b)) => natural_cmp(a, b).then_with(|| a.cmp(b)),
        (a, b) => a.is_none().cmp(&b.is_none()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Place, Severity, Spot};

    #[test]
    fn findings_get_the_place_of_what_they_are_about() {
        let finding = Finding::of("cycle", "m").with_path("a").with_spot(Spot::Key("depends"));
        let mut findings = [finding];
        locate(&mut findings, |_| Some("title = \"t\"\ndepends = [\"1\"]\n"));
        assert_eq!(findings[0].place, Some(Place { line: 2, column: 1 }));
    }

    #[test]
    fn findings_come_by_path_and_those_of_history_last() {
        let finding = |path: Option<&str>, line: u32| {
            let finding =
                Finding::new("cycle", Severity::Error, "m").with_place(Some(Place { line, column: 1 }));
            path.map_or(finding.clone(), |path| finding.with_path(path))
        };
        let mut findings =
            [finding(None, 1), finding(Some("10"), 1), finding(Some("9"), 2), finding(Some("9"), 1)];
        locate(&mut findings, |_| None);
        let order = findings.each_ref().map(|f| (f.path.as_deref(), f.place.map(|p| p.line)));
        assert_eq!(
            order,
            [(Some("9"), Some(1)), (Some("9"), Some(2)), (Some("10"), Some(1)), (None, Some(1))]
        );
    }
}
