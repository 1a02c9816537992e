//! From what a finding is about to where that stands in the file.

use super::source::{BOM, parse, unified};
use crate::finding::{Place, Spot};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Where in a file of that text a spot is; of a list's item that is not found, where its key is. `None` if the text is no
/// TOML, or the key is not there.
pub fn place_of(path: &str, text: &str, spot: &Spot) -> Option<Place> {
    let text = text.strip_prefix(BOM).unwrap_or(text);
    let text = unified(text);
    let table = parse(path, &text).ok()?;
    Some(Place::at(&text, offset(&table, spot)?))
}

fn offset(table: &DeTable<'_>, spot: &Spot) -> Option<usize> {
    let name = match spot {
        Spot::Key(name) | Spot::Item(name, _) | Spot::Table(name, _) => name,
    };
    let (key, value) = table.iter().find(|(key, _)| key.get_ref() == name)?;
    if let (Spot::Item(_, item), Some(table)) = (spot, value.get_ref().as_table()) {
        let named = table.iter().find(|(key, _)| key.get_ref() == item);
        return Some(named.map_or(key.span().start, |(key, _)| key.span().start));
    }
    let list = value.get_ref().as_array();
    let found = match spot {
        Spot::Key(_) => None,
        Spot::Item(_, item) => list.and_then(|list| list.iter().find(|element| says(element, item))),
        Spot::Table(_, at) => list.and_then(|list| list.get(*at)),
    };
    Some(found.map_or(key.span().start, |element| element.span().start))
}

fn says(element: &Spanned<DeValue<'_>>, item: &str) -> bool {
    match element.get_ref() {
        DeValue::String(text) => same(text, item),
        DeValue::Integer(number) => same(number.as_str(), item),
        _ => false,
    }
}

/// Whether both name the same: a group's name may be written with the numbers of its folders.
fn same(written: &str, item: &str) -> bool {
    use crate::model::GroupName;
    let groups = written.ends_with('/') || item.ends_with('/');
    written.eq_ignore_ascii_case(item)
        || (groups && GroupName::from_dir(written) == GroupName::from_dir(item))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spots_are_found_by_the_parser_and_not_by_their_looks() {
        let text = "\u{feff}title = \"depends = 41\"\r\ndepends = [\r\n  \"1\", # 41\r\n  \"41\",\r\n  7, \"01-Db/\",\r\n]\r\n\
                    description = \"\"\"\r\nfiles = []\r\n\"\"\"\r\n[[steps]]\r\ntext = \"a\"\r\n[[steps]]\r\ntext = \"b\"\r\n";
        let cases = [
            (Spot::Item("depends", "41".to_owned()), Some((4, 3))),
            (Spot::Item("depends", "7".to_owned()), Some((5, 3))),
            (Spot::Item("depends", "Db/".to_owned()), Some((5, 6))),
            (Spot::Item("depends", "gone".to_owned()), Some((2, 1))),
            (Spot::Key("depends"), Some((2, 1))),
            (Spot::Key("title"), Some((1, 1))),
            (Spot::Key("files"), None),
            (Spot::Table("steps", 1), Some((12, 1))),
            (Spot::Table("steps", 7), Some((10, 3))),
        ];
        for (spot, place) in cases {
            let place = place.map(|(line, column)| Place { line, column });
            assert_eq!(place_of("a.toml", text, &spot), place, "{spot:?}");
        }
        assert_eq!(place_of("a.toml", "title = ", &Spot::Key("title")), None);
    }
}
