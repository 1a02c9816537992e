//! What a section is for, by the words of its heading.

/// The purpose of a section that holds no tasks of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Says again what stands elsewhere: an index, a progress list, a summary.
    Repeats,
    /// Says when something is reached: goals, criteria.
    Criteria,
    /// Explains: notes, background, risks. Boxes in it are work all the same.
    Explains,
}

const REPEATS: &[&str] = &[
    "progress",
    "tracking",
    "summary",
    "index",
    "table of contents",
    "contents",
    "toc",
    "categories",
    "recap",
    "at a glance",
    "time estimates",
    "statistics",
    "statistik",
    "estadísticas",
    "estatísticas",
    "statistiques",
    "统计",
    "統計",
    "resumen",
    "resumo",
    "zusammenfassung",
    "fortschritt",
    "progreso",
    "progresso",
    "résumé",
    "sommaire",
    "inhaltsverzeichnis",
    "índice",
    "进度",
    "总结",
    "目录",
    "進捗",
    "まとめ",
    "tiến độ",
    "tóm tắt",
    "mục lục",
];
const CRITERIA: &[&str] = &[
    "goals",
    "goal",
    "metrics",
    "criteria",
    "definition of done",
    "success",
    "kpis",
    "acceptance",
    "erfolgskriterien",
    "abnahmekriterien",
    "ziele",
    "criterios",
    "objetivos",
    "critères",
    "objectifs",
    "métricas",
    "验收标准",
    "成功标准",
    "目标",
    "目標",
    "成功基準",
    "tiêu chí",
    "mục tiêu",
];
const EXPLAINS: &[&str] = &[
    "notes",
    "note",
    "tips",
    "usage",
    "quick start",
    "overview",
    "introduction",
    "background",
    "context",
    "strategy",
    "risks",
    "risk",
    "references",
    "resources",
    "appendix",
    "legend",
    "format",
    "conventions",
    "dependencies",
    "coordination",
    "blockers",
    "timeline",
    "schedule",
    "estimates",
    "changelog",
    "architecture",
    "assumptions",
    "glossary",
    "evidence",
    "faq",
    "requirements",
    "scope",
    "ready to start",
    "getting started",
    "benefits",
    "how to",
    "decisions",
    "open questions",
    "questions",
    "rationale",
    "motivation",
    "tech stack",
    "technology stack",
    "deliverables",
    "lessons learned",
    "task file",
    "information",
    "principles",
    "guidelines",
    "constraints",
    "links",
    "problem",
    "solution",
    "current state",
    "status",
    "files",
    "structure",
    "mitigation",
    "rollback",
    "support",
    "contact",
    "prerequisites",
    "objectives",
    "objective",
    "vision",
    "budget",
    "team",
    "roles",
    "stakeholders",
    "design",
    "examples",
    "example",
    "commands",
    "hinweise",
    "notizen",
    "überblick",
    "übersicht",
    "einleitung",
    "hintergrund",
    "risiken",
    "notas",
    "introducción",
    "introdução",
    "riesgos",
    "riscos",
    "antecedentes",
    "remarques",
    "risques",
    "aperçu",
    "contexte",
    "contexto",
    "参考",
    "备注",
    "注意",
    "说明",
    "背景",
    "概述",
    "概要",
    "风险",
    "リスク",
    "備考",
    "ghi chú",
    "rủi ro",
    "tổng quan",
    "giới thiệu",
];
const STEPS: &[&str] = &[
    "steps",
    "step",
    "tasks",
    "task",
    "todos",
    "todo",
    "to do",
    "to-do",
    "subtasks",
    "sub-tasks",
    "checklist",
    "actions",
    "action",
    "action items",
    "solution",
    "what to do",
    "implementation",
    "fix",
    "work items",
    "schritte",
    "aufgaben",
    "pasos",
    "tareas",
    "passos",
    "tarefas",
    "étapes",
    "tâches",
    "步骤",
    "任务",
    "手順",
    "タスク",
    "các bước",
    "cách làm",
    "cần làm",
    "bước",
    "công việc",
];

/// The purpose that a heading's words give a section, if any.
pub fn purpose(title: &str) -> Option<Purpose> {
    let words = normal(title);
    let has = |list: &[&str]| list.iter().any(|word| contains(&words, word));
    if has(REPEATS) {
        Some(Purpose::Repeats)
    } else if has(CRITERIA) {
        Some(Purpose::Criteria)
    } else if has(EXPLAINS) {
        Some(Purpose::Explains)
    } else {
        None
    }
}

/// Whether a label announces steps: "Steps", "Action Steps", "TODOs to implement".
pub fn announces_steps(label: &str) -> bool {
    let words = normal(label);
    STEPS.iter().any(|word| contains(&words, word))
}

/// Whether a label says no more than that a list follows, so that nothing is lost without it.
pub fn is_bare(label: &str) -> bool {
    const MORE: &[&str] = &[
        "file",
        "files",
        "to",
        "implement",
        "do",
        "modify",
        "change",
        "create",
        "update",
        "edit",
        "touch",
        "the",
        "affected",
        "proposed",
        "next",
        "items",
        "item",
        "work",
        "plan",
    ];
    let words = normal(label);
    STEPS.contains(&words.trim())
        || words.split_whitespace().all(|word| STEPS.contains(&word) || MORE.contains(&word))
}

/// Whether a label announces what must hold in the end.
pub fn announces_criteria(label: &str) -> bool {
    let words = normal(label);
    CRITERIA.iter().any(|word| contains(&words, word))
}

fn normal(text: &str) -> String {
    let mut out = String::from(" ");
    for c in text.to_lowercase().chars() {
        if c.is_alphanumeric() || c == '-' {
            out.push(c);
        } else if !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.push(' ');
    out
}

/// Whole words; scripts without blanks anywhere.
fn contains(text: &str, word: &str) -> bool {
    if word.is_ascii() || word.chars().any(|c| matches!(u32::from(c), 0xc0..=0x24f | 0x1e00..=0x1eff)) {
        text.contains(&format!(" {word} "))
    } else {
        text.contains(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_have_a_purpose_by_whole_words() {
        for (title, expected) in [
            ("📊 PROGRESS TRACKING", Some(Purpose::Repeats)),
            ("Summary by Priority", Some(Purpose::Repeats)),
            ("🎯 SUCCESS METRICS", Some(Purpose::Criteria)),
            ("✅ COMPLETION CRITERIA", Some(Purpose::Criteria)),
            ("Notes", Some(Purpose::Explains)),
            ("验收标准", Some(Purpose::Criteria)),
            ("Immediate Actions", None),
            ("Notebook support for kernels", Some(Purpose::Explains)),
            ("Indexing", None),
        ] {
            assert_eq!(purpose(title), expected, "{title}");
        }
    }

    #[test]
    fn labels_that_announce_steps() {
        for label in ["Steps", "Action Steps", "TODOs to implement", "Schritte", "步骤"] {
            assert!(announces_steps(label), "{label}");
        }
        for label in ["Issues", "Conflicts Found", "Potential Areas", "Footsteps"] {
            assert!(!announces_steps(label), "{label}");
        }
    }
}
