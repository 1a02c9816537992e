//! Marks that stand for a state or a priority: emoji, and words such as COMPLETED at the end of a heading.

use crate::model::{FileStatus, Priority, StepStatus};

/// The state that a mark at the edge of a text stands for.
pub fn status_of_mark(mark: char) -> Option<StepStatus> {
    Some(match mark {
        '✅' | '☑' | '✔' | '✓' => StepStatus::Completed,
        '❌' | '⛔' | '🚫' | '✗' | '✘' | '❎' => StepStatus::Cancelled,
        '⏳' | '⌛' | '⬜' | '☐' | '🔲' | '🔜' => StepStatus::Pending,
        '🔄' | '🚧' | '▶' | '🔨' => StepStatus::InProgress,
        '⏸' | '🛑' => StepStatus::Blocked,
        _ => return None,
    })
}

/// The priority that a coloured mark stands for where the document has no legend.
pub fn priority_of_mark(mark: char) -> Option<Priority> {
    Some(match mark {
        '🔺' => Priority::Critical,
        '🔴' | '🟠' | '⏫' => Priority::High,
        '🟡' | '🔼' => Priority::Medium,
        '🟢' | '🔵' | '🔽' => Priority::Low,
        _ => return None,
    })
}

/// Whether a character is a pictogram, or one of the invisible characters that go with them.
pub fn is_mark(c: char) -> bool {
    matches!(u32::from(c),
        0x2190..=0x21ff | 0x2300..=0x23ff | 0x25a0..=0x27bf | 0x2900..=0x297f | 0x2b00..=0x2bff
        | 0x1f000..=0x1faff | 0xfe0e..=0xfe0f | 0x200d | 0x20e3 | 0xfffd)
        && !matches!(c, '→' | '←' | '↔' | '⇒' | '⇐' | '➔' | '➜')
}

/// A text without the marks at its edges, and those marks.
pub fn trim_marks(text: &str) -> (&str, Vec<char>) {
    let mut marks = Vec::new();
    let mut rest = text.trim();
    while let Some(c) = rest.chars().next().filter(|&c| is_mark(c)) {
        marks.push(c);
        rest = rest[c.len_utf8()..].trim_start();
    }
    while let Some(c) = rest.chars().next_back().filter(|&c| is_mark(c)) {
        marks.push(c);
        rest = rest[..rest.len() - c.len_utf8()].trim_end();
    }
    marks.retain(|&c| !matches!(u32::from(c), 0xfe0e..=0xfe0f | 0x200d));
    (rest, marks)
}

/// A step's text without the marks of state at its edges, and the state.
///
/// Other pictograms belong to the text.
pub fn step_marks(text: &str) -> (String, Option<StepStatus>) {
    let mut rest = text.trim();
    let mut status = None;
    loop {
        let first = rest.chars().next().filter(|&c| status_of_mark(c).is_some());
        let last = rest.chars().next_back();
        let before = |c: char| rest[..rest.len() - c.len_utf8()].trim_end_matches('\u{fe0f}').trim_end();
        if let Some(c) = first {
            status = status.or(status_of_mark(c));
            rest = rest[c.len_utf8()..].trim_start_matches('\u{fe0f}').trim_start();
        } else if let Some(c) = last.filter(|&c| status_of_mark(c).is_some()) {
            status = status.or(status_of_mark(c));
            rest = before(c);
        } else if last == Some('\u{fe0f}')
            && rest.chars().rev().nth(1).is_some_and(|c| status_of_mark(c).is_some())
        {
            rest = before('\u{fe0f}');
        } else {
            break;
        }
    }
    if let Some(inner) = struck(rest) {
        return (inner.to_owned(), status.or(Some(StepStatus::Cancelled)));
    }
    (rest.to_owned(), status)
}

/// The text between `~~` that strikes all of it out.
pub fn struck(text: &str) -> Option<&str> {
    text.strip_prefix("~~")?.strip_suffix("~~").filter(|inner| !inner.contains("~~") && !inner.is_empty())
}

/// The state that a word or two stand for: `done`, `In Progress`, `won't do`, `✅ Completed`.
pub fn status_of_words(text: &str) -> Option<StepStatus> {
    let (plain, _) = trim_marks(text);
    let word: String = plain
        .trim_matches(|c: char| !c.is_alphanumeric())
        .to_lowercase()
        .chars()
        .map(|c| if matches!(c, '_' | '-') { ' ' } else { c })
        .filter(|&c| c != '\'' && c != '’')
        .collect();
    Some(match word.as_str() {
        "done" | "complete" | "completed" | "closed" | "finished" | "merged" | "shipped" | "resolved"
        | "implemented" | "fixed" | "deployed" | "delivered" | "released" | "terminado" | "terminada"
        | "finalizado" | "finalizada" | "terminée" | "готово" | "сделано" | "выполнено" | "erledigt"
        | "fertig" | "abgeschlossen" | "hecho" | "completado" | "completada" | "terminé" | "fait"
        | "concluído" | "concluída" | "feito" | "完成" | "已完成" | "完了" | "hoàn thành" => {
            StepStatus::Completed
        }
        "cancelled" | "canceled" | "not needed" | "not planned" | "tombstone" | "dont do" | "wontdo"
        | "duplicate" | "declined" | "wont do" | "wont fix" | "wontfix" | "dropped" | "skipped"
        | "obsolete" | "abandoned" | "rejected" | "deprecated" | "not required" | "cancelado" | "取消"
        | "已取消" => StepStatus::Cancelled,
        "in progress"
        | "doing"
        | "current"
        | "started"
        | "wip"
        | "active"
        | "in arbeit"
        | "ongoing"
        | "under review"
        | "hooked"
        | "partial"
        | "partially done"
        | "partially complete"
        | "partially completed"
        | "in development"
        | "em andamento"
        | "в работе"
        | "in review"
        | "review"
        | "en progreso"
        | "en curso"
        | "en cours"
        | "进行中"
        | "進行中"
        | "đang thực hiện" => StepStatus::InProgress,
        "blocked" | "on hold" | "waiting" | "paused" | "deferred" | "postponed" | "stuck" | "blockiert"
        | "bloqueado" | "阻塞" => StepStatus::Blocked,
        "todo" | "to do" | "open" | "pending" | "not started" | "not yet started" | "unstarted"
        | "queued" | "upcoming" | "draft" | "pinned" | "planned" | "next" | "backlog" | "offen"
        | "pendiente" | "new" | "ready" | "待办" | "未着手" | "未开始" | "chưa bắt đầu" => {
            StepStatus::Pending
        }
        _ => return None,
    })
}

/// What a task file says for a state; nothing for an open task.
pub fn file_status(status: StepStatus) -> Option<FileStatus> {
    match status {
        StepStatus::Pending => None,
        StepStatus::InProgress => Some(FileStatus::InProgress),
        StepStatus::Blocked => Some(FileStatus::Blocked),
        StepStatus::Completed => Some(FileStatus::Completed),
        StepStatus::Cancelled => Some(FileStatus::Cancelled),
    }
}

/// The priority that a word stands for: `high`, `P1`, `1`, `Critical`.
pub fn priority_of_words(text: &str) -> Option<Priority> {
    let (plain, marks) = trim_marks(text);
    let word = plain.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let first = word.split(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
    Some(match first {
        "critical" | "urgent" | "blocker" | "highest" | "p0" | "0" | "kritisch" | "crítica" | "crítico"
        | "critique" => Priority::Critical,
        "high" | "p1" | "1" | "must" | "hoch" | "alta" | "alto" | "haute" | "高" | "cao" | "major" => {
            Priority::High
        }
        "medium" | "p2" | "2" | "normal" | "moderate" | "should" | "mittel" | "media" | "média" | "medio"
        | "moyenne" | "中" | "mid" => Priority::Medium,
        "low" | "p3" | "3" | "p4" | "4" | "lowest" | "minor" | "trivial" | "could" | "niedrig" | "baja"
        | "baixa" | "basse" | "低" | "thấp" => Priority::Low,
        _ => return marks.into_iter().find_map(priority_of_mark),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_at_the_edges_of_a_step() {
        for (text, rest, status) in [
            ("✅ Create it", "Create it", Some(StepStatus::Completed)),
            ("Create it ✔️", "Create it", Some(StepStatus::Completed)),
            ("❌ Choose", "Choose", Some(StepStatus::Cancelled)),
            ("⏳ Later", "Later", Some(StepStatus::Pending)),
            ("~~Gone~~", "Gone", Some(StepStatus::Cancelled)),
            ("~~Old~~ new", "~~Old~~ new", None),
            ("📝 Write", "📝 Write", None),
            ("Say ✅ aloud", "Say ✅ aloud", None),
        ] {
            assert_eq!(step_marks(text), (rest.to_owned(), status));
        }
    }

    #[test]
    fn words_for_states_and_priorities() {
        assert_eq!(status_of_words("✅ Completed"), Some(StepStatus::Completed));
        assert_eq!(status_of_words("Won't Do"), Some(StepStatus::Cancelled));
        assert_eq!(status_of_words("in_progress"), Some(StepStatus::InProgress));
        assert_eq!(status_of_words("✅ Ready to Execute"), None);
        assert_eq!(priority_of_words("🔴 High"), Some(Priority::High));
        assert_eq!(priority_of_words("P0 (blocker)"), Some(Priority::Critical));
        assert_eq!(priority_of_words("somewhat"), None);
    }
}
