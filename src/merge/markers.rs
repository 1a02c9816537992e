//! Files that were left with conflict markers.

/// The versions that a file with conflict markers was merged from, as far as it tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sides {
    /// What both had before; `None` if the markers do not say it.
    pub base: Option<String>,
    /// The file without any side of its conflicts.
    pub common: String,
    /// The file with our side of every conflict.
    pub ours: String,
    /// The file with their side.
    pub theirs: String,
    /// What stands behind the first marker that begins a side of ours.
    pub our_label: String,
    /// What stands behind the first marker that ends a side of theirs.
    pub their_label: String,
}

/// Where a line stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Both,
    Ours,
    Base,
    Theirs,
}

/// Takes a file with conflict markers of seven characters apart, in the styles merge, diff3 and zdiff3. `None` if it has
/// none, or if they do not belong together, as in conflicts within conflicts.
pub fn sides(text: &str) -> Option<Sides> {
    let (mut common, mut base) = (String::new(), String::new());
    let (mut ours, mut theirs) = (String::new(), String::new());
    let (mut our_label, mut their_label) = (None, None);
    let (mut inside, mut has_base, mut found) = (Inside::Both, true, 0);
    let mut seen_base = false;
    for line in text.split_inclusive('\n') {
        let plain = line.strip_prefix('\u{feff}').unwrap_or(line).trim_end_matches(['\n', '\r']);
        match (marker(plain), inside) {
            (Some(('<', label)), Inside::Both) => {
                our_label.get_or_insert(label.to_owned());
                (inside, seen_base, found) = (Inside::Ours, false, found + 1);
            }
            (Some(('|', _)), Inside::Ours) => (inside, seen_base) = (Inside::Base, true),
            (Some(('=', "")), Inside::Ours | Inside::Base) => inside = Inside::Theirs,
            (Some(('>', label)), Inside::Theirs) => {
                their_label.get_or_insert(label.to_owned());
                has_base &= seen_base;
                inside = Inside::Both;
            }
            (Some(('<' | '>', _)), _) => return None,
            _ => {
                for (side, wanted) in [
                    (&mut common, Inside::Both),
                    (&mut base, Inside::Base),
                    (&mut ours, Inside::Ours),
                    (&mut theirs, Inside::Theirs),
                ] {
                    if inside == Inside::Both || inside == wanted {
                        side.push_str(line);
                    }
                }
            }
        }
    }
    if inside != Inside::Both || found == 0 {
        return None;
    }
    Some(Sides {
        base: has_base.then_some(base),
        common,
        ours,
        theirs,
        our_label: our_label.unwrap_or_default(),
        their_label: their_label.unwrap_or_default(),
    })
}

/// The lines at which conflicts begin, counted from 1.
pub fn conflict_lines(text: &str) -> Vec<usize> {
    let begins = |line: &str| matches!(marker(line.trim_end_matches('\r')), Some(('<', _)));
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.split('\n').enumerate().filter(|(_, line)| begins(line)).map(|(n, _)| n + 1).collect()
}

/// The sign of a marker and what stands behind it.
fn marker(line: &str) -> Option<(char, &str)> {
    let sign = line.chars().next().filter(|sign| "<|=>".contains(*sign))?;
    let rest = line.strip_prefix(&sign.to_string().repeat(7))?;
    match rest.strip_prefix(' ') {
        Some(label) => Some((sign, label)),
        None => rest.is_empty().then_some((sign, "")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_styles_are_taken_apart() {
        let merge = "a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> x\nd\n";
        let found = sides(merge).unwrap();
        assert_eq!(
            (found.base, found.ours.as_str(), found.theirs.as_str()),
            (None, "a\nb\nd\n", "a\nc\nd\n")
        );
        assert_eq!((found.our_label.as_str(), found.their_label.as_str()), ("HEAD", "x"));
        let diff3 = "<<<<<<< HEAD\r\nb\r\n||||||| 12ab\r\nold\r\n=======\r\n>>>>>>> x\r\n=======\r\n";
        let found = sides(diff3).unwrap();
        assert_eq!(found.base.as_deref(), Some("old\r\n=======\r\n"));
        assert_eq!((found.ours.as_str(), found.theirs.as_str()), ("b\r\n=======\r\n", "=======\r\n"));
        assert_eq!(conflict_lines(merge), [2]);
    }

    #[test]
    fn markers_that_do_not_belong_together_are_left_alone() {
        for text in [
            "",
            "a\n",
            "<<<<<<< a\nb\n",
            "<<<<<<< a\n=======\n<<<<<<< b\n=======\n>>>>>>> b\n>>>>>>> a\n",
            ">>>>>>> a\n",
            "<<<<<<< a\n>>>>>>> b\n",
        ] {
            assert_eq!(sides(text), None, "{text}");
        }
    }
}
