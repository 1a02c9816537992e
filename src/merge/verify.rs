//! Whether a merged file carries what both sides changed: read from the bytes again, by meaning alone.

use super::value::{Ids, merged_lines};
use crate::format::{FileKind, Role};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use toml::{Table, Value};

/// The values of one place on the three sides, and in the result.
#[derive(Clone, Copy)]
struct Quad<'a> {
    base: Option<&'a Value>,
    ours: Option<&'a Value>,
    theirs: Option<&'a Value>,
    merged: Option<&'a Value>,
}

/// Whether `merged` says what the sides agree on, what only one of them changed, and of what both changed nothing that
/// neither said.
pub(super) fn carries(kind: FileKind, base: &Table, ours: &Table, theirs: &Table, merged: &Table) -> bool {
    tables(kind, &[], [base, ours, theirs, merged])
}

fn tables(kind: FileKind, path: &[String], [base, ours, theirs, merged]: [&Table; 4]) -> bool {
    let keys: BTreeSet<&String> =
        base.keys().chain(ours.keys()).chain(theirs.keys()).chain(merged.keys()).collect();
    keys.into_iter().all(|key| {
        let quad = Quad {
            base: base.get(key),
            ours: ours.get(key),
            theirs: theirs.get(key),
            merged: merged.get(key),
        };
        value(kind, path, key, quad)
    })
}

fn value(kind: FileKind, path: &[String], key: &str, quad: Quad<'_>) -> bool {
    let role = kind.role(path, key);
    let form = |value: Option<&Value>| value.and_then(|value| formed(role, value));
    let (base, ours, theirs, merged) =
        (form(quad.base), form(quad.ours), form(quad.theirs), form(quad.merged));
    if ours == theirs || theirs == base {
        return merged == ours;
    }
    if ours == base {
        return merged == theirs;
    }
    let below = || [path, &[key.to_owned()]].concat();
    let (b, o, t, m) = (quad.base, quad.ours, quad.theirs, quad.merged);
    match role {
        Role::List { .. } => same_elements(b, o, t, m, |value| formed_item(role, value)),
        Role::Tables { label } => items(kind, &below(), label, quad),
        _ if [b, o, t, m].into_iter().flatten().all(Value::is_table) => {
            let empty = Table::new();
            let table = |value: Option<&'_ Value>| value.and_then(Value::as_table).cloned();
            let all = [b, o, t, m].map(|value| table(value).unwrap_or_else(|| empty.clone()));
            tables(kind, &below(), [&all[0], &all[1], &all[2], &all[3]])
        }
        _ if o.or(t).is_some_and(Value::is_array) => same_elements(b, o, t, m, ToString::to_string),
        Role::Other => match (b.map(Value::as_str), o.and_then(Value::as_str), t.and_then(Value::as_str)) {
            (b @ (None | Some(Some(_))), Some(ours), Some(theirs)) => {
                let lines = merged_lines(b.flatten(), ours, theirs);
                lines.is_some() && lines.as_deref() == m.and_then(Value::as_str)
            }
            _ => false,
        },
    }
}

/// A value in a form in which what means the same is the same; `None` for what means nothing.
fn formed(role: Role, value: &Value) -> Option<Value> {
    match (role, value) {
        (_, Value::Array(list)) if list.is_empty() => None,
        (_, Value::Table(table)) if table.is_empty() => None,
        (Role::List { sorted, .. }, Value::Array(list)) => {
            let mut names: Vec<String> = list.iter().map(|value| formed_item(role, value)).collect();
            if sorted {
                names.sort_unstable();
                names.dedup();
            }
            Some(Value::Array(names.into_iter().map(Value::String).collect()))
        }
        _ => Some(value.clone()),
    }
}

fn formed_item(role: Role, value: &Value) -> String {
    match (role, value) {
        (Role::List { names, .. }, Value::String(text)) => names.identity(text),
        _ => value.to_string(),
    }
}

/// Whether a list has exactly what nobody removed and what somebody added.
fn same_elements(
    base: Option<&Value>,
    ours: Option<&Value>,
    theirs: Option<&Value>,
    merged: Option<&Value>,
    name: impl Fn(&Value) -> String,
) -> bool {
    let set = |value: Option<&Value>| -> Option<BTreeSet<String>> {
        match value {
            None => Some(BTreeSet::new()),
            Some(value) => Some(value.as_array()?.iter().map(&name).collect()),
        }
    };
    let (Some(b), Some(o), Some(t), Some(m)) = (set(base), set(ours), set(theirs), set(merged)) else {
        return false;
    };
    let wanted = |name: &String| match (o.contains(name), t.contains(name)) {
        (true, true) => true,
        (false, false) => false,
        _ => !b.contains(name),
    };
    let all: BTreeSet<&String> = b.iter().chain(&o).chain(&t).chain(&m).collect();
    all.into_iter().all(|name| wanted(name) == m.contains(name))
}

/// Whether a checklist has each item that it should have, each as it should be, and none besides.
fn items(kind: FileKind, path: &[String], label: &str, quad: Quad<'_>) -> bool {
    let list = |value: Option<&Value>| -> Option<Vec<Table>> {
        match value {
            None => Some(Vec::new()),
            Some(value) => value.as_array()?.iter().map(|item| item.as_table().cloned()).collect(),
        }
    };
    let lists = (list(quad.base), list(quad.ours), list(quad.theirs), list(quad.merged));
    let (Some(base), Some(ours), Some(theirs), Some(merged)) = lists else { return false };
    let texts = |list: &[Table]| list.iter().map(|item| text(item, label)).collect::<Vec<String>>();
    let ids = Ids::of(&texts(&base), &texts(&ours), &texts(&theirs));
    let by_id = |ids: &[usize], list: &[Table]| -> BTreeMap<usize, Table> {
        ids.iter().copied().zip(list.iter().cloned()).collect()
    };
    let (b, o, t) = (by_id(&ids.base, &base), by_id(&ids.ours, &ours), by_id(&ids.theirs, &theirs));
    let mut left: HashMap<String, Vec<&Table>> = HashMap::new();
    for item in &merged {
        left.entry(text(item, label)).or_default().push(item);
    }
    let all: BTreeSet<usize> = o.keys().chain(t.keys()).copied().collect();
    for id in all {
        let empty = Table::new();
        let (base, ours, theirs) = (b.get(&id), o.get(&id), t.get(&id));
        let is_wanted = |item: &Table| match (base, ours, theirs) {
            (base, Some(ours), Some(theirs)) => {
                tables(kind, path, [base.unwrap_or(&empty), ours, theirs, item])
            }
            (None, Some(only), None) | (None, None, Some(only)) => only == item,
            _ => false,
        };
        match (base, ours, theirs) {
            (Some(base), Some(side), None) | (Some(base), None, Some(side)) if base == side => continue,
            (Some(_), Some(_), None) | (Some(_), None, Some(_)) => return false,
            _ => {}
        }
        let texts = [ours, theirs].into_iter().flatten().map(|item| text(item, label));
        let found = texts.into_iter().find_map(|text| {
            let same = left.get_mut(&text)?;
            let at = same.iter().position(|item| is_wanted(item))?;
            Some(same.remove(at))
        });
        if found.is_none() {
            return false;
        }
    }
    left.values().all(Vec::is_empty)
}

fn text(item: &Table, label: &str) -> String {
    item.get(label).and_then(Value::as_str).map_or_else(|| item.to_string(), str::to_owned)
}
