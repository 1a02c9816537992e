//! The JSON that Trello exports: cards that name their list, and checklists that name their card.

use super::record::{self, Entries, Record};
use serde_json::{Map, Value, json};

/// Lists of a board that a card's record does not repeat.
const OWN: [&str; 3] = ["lists", "cards", "checklists"];

/// The cards as records, and the other entries of the board; `None` if it is no such board.
pub fn records(board: &Map<String, Value>) -> Option<(Vec<Record>, Map<String, Value>)> {
    let lists = board.get("lists")?.as_array()?;
    let cards = board.get("cards")?.as_array()?;
    let none = Vec::new();
    let checklists = board.get("checklists").and_then(Value::as_array).unwrap_or(&none);
    let list = |id: &Value| lists.iter().find(|list| list["id"] == *id)?["name"].as_str();
    let mut records = Vec::new();
    for card in cards.iter().filter_map(Value::as_object) {
        let steps = checklists.iter().filter(|one| Some(&one["idCard"]) == card.get("id"));
        let group = card.get("idList").and_then(list).map(str::to_owned);
        records.push(Record { line: 0, group, entries: entries(card, steps) });
    }
    let rest = board.iter().filter(|(name, _)| !OWN.contains(&name.as_str()));
    Some((records, rest.map(|(name, value)| (name.clone(), value.clone())).collect()))
}

fn entries<'a>(card: &Map<String, Value>, checklists: impl Iterator<Item = &'a Value>) -> Entries {
    let mut entries = Entries::new();
    for (name, value) in card {
        let name = match name.as_str() {
            "name" => "title",
            "desc" => "description",
            "shortUrl" | "url" => "links",
            "dueComplete" if value == &Value::Bool(true) => {
                entries.push(("status".to_owned(), json!("done")));
                continue;
            }
            // Their meaning is in the list and the checklists; an object id is no name for a task.
            "id" | "idList" | "idChecklists" | "dueComplete" => continue,
            "closed" if value == &Value::Bool(false) => continue,
            other => other,
        };
        entries.push((name.to_owned(), value.clone()));
    }
    let items = checklists.flat_map(|list| {
        let name = record::text(&list["name"]);
        let items = list["checkItems"].as_array().cloned().unwrap_or_default();
        items.into_iter().map(move |item| {
            json!({ "title": item["name"], "status": if item["state"] == "complete" { "done" } else { "open" }, "checklist": name })
        })
    });
    let items: Vec<Value> = items.collect();
    if !items.is_empty() {
        entries.push(("steps".to_owned(), Value::Array(items)));
    }
    entries
}
