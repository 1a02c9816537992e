//! Small documents in the styles of other tools and languages.

use super::{Draft, Options, read};
use crate::model::FileStatus;

/// Each task of a document as `group | id title | status | what else`, in order.
fn tasks(name: &str, text: &str) -> Vec<String> {
    let draft = read(name, text.as_bytes(), &Options::default()).unwrap();
    draft.groups.iter().flat_map(|group| group.tasks.iter().map(|found| line(&group.title, found))).collect()
}

fn line(group: &str, found: &super::DraftTask) -> String {
    let task = &found.task;
    let mut said = vec![
        group.to_owned(),
        format!("{} {}", found.id.as_ref().map_or("-", |id| id.as_str()), task.title),
        task.status.map_or("-", FileStatus::as_str).to_owned(),
    ];
    said.extend(task.priority.map(|priority| priority.as_str().to_owned()));
    said.extend(task.estimate.map(|estimate| estimate.to_string()));
    said.extend(task.due.map(|due| due.to_string()));
    said.extend(task.assignees.iter().map(|name| format!("@{name}")));
    said.extend(task.tags.iter().map(|tag| format!("#{tag}")));
    said.extend(task.depends.iter().map(|id| format!("after {id}")));
    said.extend(task.steps.iter().map(|step| format!("step {}", step.text)));
    said.join(" | ")
}

#[test]
fn a_board_gives_states_and_no_groups() {
    let text = "# Board\n## Backlog\n- Search\n- Docs #docs\n## In Progress\n- Parser @mira\n## Done\n- CI\n\n## Notes\n- a remark\n";
    let expected = [
        " | - Search | -",
        " | - Docs | - | #docs",
        " | - Parser | in_progress | @mira",
        " | - CI | completed",
    ];
    assert_eq!(tasks("a.md", text), expected);
    let table = "# Board\n\n| To do | Done |\n|---|---|\n| Search<br>Docs | CI |\n";
    assert_eq!(
        tasks("a.md", table),
        ["Board | - Search | -", "Board | - Docs | -", "Board | - CI | completed"]
    );
    let trello = r#"{"name": "B", "lists": [{"id": "1", "name": "To do"}, {"id": "2", "name": "Done"}], "cards": [
        {"id": "x", "name": "Copy", "idList": "1", "due": "2026-12-01T12:00:00Z", "labels": [{"name": "web"}]},
        {"id": "y", "name": "Colours", "idList": "2", "closed": false}],
        "checklists": [{"idCard": "x", "name": "Parts", "checkItems": [{"name": "Title", "state": "complete"}]}]}"#;
    let expected = [" | - Copy | - | 2026-12-01 | #web | step Title", " | - Colours | completed"];
    assert_eq!(tasks("b.json", trello), expected);
}

#[test]
fn rows_of_tables_are_tasks_where_nothing_else_is() {
    let text = "# Hoja\n\nTexto.\n\n## Fase 1: Base\n\n| Tarea | Estado | Responsable | Estimación |\n|---|---|---|---|\n\
        | Crear repositorio | Hecho | Ana | 1h |\n| Configurar CI | En curso | Luis | |\n";
    let expected = [
        "Fase 1: Base | - Crear repositorio | completed | 1h | @Ana",
        "Fase 1: Base | - Configurar CI | in_progress | @Luis",
    ];
    assert_eq!(tasks("a.md", text), expected);
    let draft: Draft = read("a.md", text.as_bytes(), &Options::default()).unwrap();
    assert_eq!(draft.description, "# Hoja\n\nTexto.");
}

#[test]
fn exports_of_trackers_keep_keys_people_and_links() {
    let jira = "Issue key,Issue id,Issue Type,Summary,Status,Assignee,Original Estimate,Inward issue link (Blocks)\n\
        APP-1,10001,Story,Log in,Done,ada,7200,\nAPP-2,10002,Story,Log out,To Do,,,APP-1\n";
    let expected =
        ["Story | APP-1 Log in | completed | 2h | @ada", "Story | APP-2 Log out | - | after APP-1"];
    assert_eq!(tasks("jira.csv", jira), expected);
    let github = r#"[{"number": 12, "title": "Crash", "state": "CLOSED", "labels": [{"name": "bug"}], "assignees": [{"login": "ada"}]}]"#;
    assert_eq!(tasks("g.json", github), [" | 12 Crash | completed | @ada | #bug"]);
}

#[test]
fn lists_of_other_tools_are_read_as_they_mean_it() {
    let obsidian = "## Spring\n- [ ] Order seeds 🔺 📅 2026-03-01 #garden\n- [-] Buy a tractor ❌ 2026-01-02\n- [/] Dig ⏫\n";
    let expected = [
        "Spring | - Order seeds | - | critical | 2026-03-01 | #garden",
        "Spring | - Buy a tractor | cancelled",
        "Spring | - Dig | in_progress | high",
    ];
    assert_eq!(tasks("o.md", obsidian), expected);
    let taskpaper = "Launch:\n\t- Write @due(2026-12-01) @today\n\t- Test @done\n\t\t- by phone\n";
    let expected =
        ["Launch | - Write | - | 2026-12-01 | #today", "Launch | - Test | completed | step by phone"];
    assert_eq!(tasks("l.taskpaper", taskpaper), expected);
    assert_eq!(
        tasks("my.todo.txt", "(B) Call +press due:2026-12-01\n"),
        ["press | - Call | - | high | 2026-12-01"]
    );
}

#[test]
fn plans_in_other_languages_and_mixed_marks() {
    let chinese = "# 计划\n## 阶段 1：准备\n### 任务 1：搭建环境\n**优先级**：高\n**预计时间**：2小时\n- [x] 数据库\n\
        ### 任务 2：接口\n**依赖**：任务 1\n- 登录\n";
    let expected =
        ["准备 | 1 搭建环境 | - | high | 2h | step 数据库", "准备 | 2 接口 | - | after 1 | step 登录"];
    assert_eq!(tasks("c.md", chinese), expected);
    let mixed = "Milestone 1 - Prototype\n---\n\n* [X] breadboard\n+ [ ] firmware\n\nMilestone 2 - Series\n---\n\n- **Packaging**: a box\n    - print it\n";
    let expected = [
        "Prototype | - breadboard | completed",
        "Prototype | - firmware | -",
        "Series | - Packaging: a box | - | step print it",
    ];
    assert_eq!(tasks("m.md", mixed), expected);
}
