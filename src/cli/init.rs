//! `tasks init`.

use super::args::Context;
use super::merge_driver;
use super::writing::{DryRun, PATIENCE, difference, unified};
use crate::changeset::{ChangeSet, FileChange};
use crate::config::Since;
use crate::error::CliError;
use crate::files::{self, Lock, Paths};
use crate::finding::Severity;
use crate::format::{Document, FileKind, Value, parse_task, schema};
use crate::merge::with_attribute;
use crate::model::TaskId;
use crate::view::{FileFate, Paint, Screen, Written, WrittenFile, WrittenView};
use crate::workspace::Workspace;
use clap::Args;
use jiff::tz::TimeZone;
use std::path::Path;

const CONFIG: &str = ".tasks/config.toml";
const SCHEMA: &str = ".tasks/schema.json";
const CODE_DIR: &str = ".vscode";
const ATTRIBUTES: &str = ".tasks/.gitattributes";

/// Begin a plan
///
/// Writes .tasks/config.toml. In a repository that has commits it also sets the boundary of adoption, [history] since:
/// what was committed before it completes no task. That is the last commit that the published trunk has as well, else today. Where HEAD has
/// tasks already it sets none, since commits may have completed them.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// What new ids start with, such as PROJ-
    #[arg(long, value_name = "PREFIX")]
    prefix: Option<String>,
    /// Also write a schema for task files, and the files by which taplo, tombi and VS Code find it
    #[arg(long)]
    editor: bool,
    /// Also make Git merge plan files by key, list element and step, in this clone
    #[arg(long)]
    merge_driver: bool,
    #[command(flatten)]
    dry_run: DryRun,
}

/// Writes what a plan begins with.
pub fn run(context: &Context, args: &InitArgs) -> Result<(), CliError> {
    context.refuse_revisions()?;
    if let Some(prefix) = &args.prefix {
        format!("{prefix}1")
            .parse::<TaskId>()
            .map_err(|e| CliError::failed(format!("{prefix:?} cannot be the start of ids: {e}")))?;
    }
    let workspace = context.workspace()?;
    let root = workspace.writable_root()?.to_owned();
    let lock =
        if args.dry_run.dry_run { None } else { Some(Lock::acquire(workspace.repo.common_dir(), PATIENCE)?) };
    let paths = workspace.listing(&root)?.unwrap_or_default().paths();
    let exists = paths.contains(CONFIG);
    if !exists {
        refuse_foreign(&root, &paths)?;
        if paths.is_empty() && workspace.head_has_plan() {
            return Err(workspace.no_plan());
        }
    }
    // Commits may have completed tasks that are there, which a boundary would open again.
    let is_adopted = !exists && workspace.head_has_plan();
    let since = if exists || is_adopted { None } else { boundary(context, &workspace)? };
    if exists {
        workspace.refuse_newer_format()?;
    }
    if args.editor {
        refuse_links(&root)?;
    }
    let mut changes = ChangeSet::default();
    if !exists {
        changes.files.push(config(args.prefix.as_deref(), since.as_ref())?);
    }
    if args.editor {
        changes.files.push(editor_schema(&root)?);
    }
    if args.merge_driver {
        changes.files.extend(attributes(&root)?);
    }
    let mut screen = context.screen();
    let Some(lock) = lock else {
        if context.is_json() {
            let written = Written::new(&changes, "").as_dry_run(unified(&changes));
            return context.ui.json(&WrittenView::new(&changes, written));
        }
        difference(&changes, &mut screen);
        return context.ui.show(screen);
    };
    files::apply(&root, &changes, &lock)?;
    if exists && args.prefix.is_some() {
        context.ui.warn(
            "the plan exists already: --prefix was not applied; [ids] prefix in .tasks/config.toml sets it",
        );
    }
    let first = format!(".tasks/{}1.toml", args.prefix.as_deref().unwrap_or_default());
    context.warn_of_hidden(&workspace, [CONFIG, first.as_str()]);
    say(exists, is_adopted, since.as_ref(), &context.shown(&root, CONFIG), &mut screen);
    let associated = if args.editor { associate(&root, &mut screen)? } else { Vec::new() };
    if args.merge_driver {
        merge_driver::register(&root)?;
        screen.plain("Git merges plan files with tasks in this clone: merge.tasks in its configuration, ");
        screen.plain(ATTRIBUTES).line();
        screen.put(Paint::Dim, "git config --remove-section merge.tasks undoes it").line();
    }
    if !context.is_json() {
        return context.ui.done(screen);
    }
    let mut written = Written::new(&changes, &screen.into_text());
    let created = |path: &str| WrittenFile { path: path.to_owned(), change: FileFate::Created, id: None };
    written.files.extend(associated.into_iter().map(created));
    context.ui.json(&WrittenView::new(&changes, written))
}

/// The attribute that names the merge driver; nothing if it is there.
fn attributes(root: &Path) -> Result<Option<FileChange>, CliError> {
    let is_there = root.join(ATTRIBUTES).symlink_metadata().is_ok();
    let before = if is_there { Some(files::read_one(root, ATTRIBUTES)?) } else { None };
    let text = String::from_utf8(before.clone().unwrap_or_default())
        .map_err(|_| CliError::failed(format!("{ATTRIBUTES} is not UTF-8, so nothing can be added to it")))?;
    let after = with_attribute(&text).map(String::into_bytes);
    Ok(after.map(|after| FileChange { path: ATTRIBUTES.to_owned(), before, after: Some(after) }))
}

/// Another program's folder of the same name is left alone, unless there are tasks of ours in it.
fn refuse_foreign(root: &Path, paths: &Paths) -> Result<(), CliError> {
    for path in paths.iter().filter(|path| FileKind::of(path) == FileKind::Task) {
        let parsed = parse_task(path, &files::read_one(root, path)?);
        if !parsed.problems.iter().any(|problem| problem.severity == Severity::Error) {
            return Ok(());
        }
    }
    let foreign = match files::foreign_path(root)? {
        Some(path) => path,
        None => match paths.iter().next() {
            Some(path) => path.to_owned(),
            None => return Ok(()),
        },
    };
    Err(CliError::failed(format!(
        "another program keeps files in .tasks, such as {foreign}; nothing was written"
    ))
    .hint("move them elsewhere, then try again; tasks import may be able to read them"))
}

/// Where the history that counts begins; `None` where there is none yet.
fn boundary(context: &Context, workspace: &Workspace) -> Result<Option<Since>, CliError> {
    let repo = &workspace.repo;
    let Some(head) = repo.head()?.oid else { return Ok(None) };
    let base = match repo.upstream_trunk()? {
        Some(trunk) => repo.merge_base(head, trunk)?,
        None => None,
    };
    Ok(Some(match base {
        Some(oid) => Since::Commit(oid.to_string()),
        // Committer times are compared with the start of the day in UTC.
        None => Since::Date(context.now.to_zoned(TimeZone::UTC).date()),
    }))
}

fn config(prefix: Option<&str>, since: Option<&Since>) -> Result<FileChange, CliError> {
    let mut document = Document::parse(CONFIG, b"version = 1\n")?;
    if let Some(prefix) = prefix {
        document.set_in_table("ids", "prefix", &Value::Text(prefix.to_owned()));
    }
    if let Some(since) = since {
        document.set_in_table("history", "since", &Value::Text(written(since)));
    }
    Ok(FileChange { path: CONFIG.to_owned(), before: None, after: Some(document.into_bytes()) })
}

fn written(since: &Since) -> String {
    match since {
        Since::Commit(oid) => oid.clone(),
        Since::Date(date) => date.to_string(),
    }
}

fn editor_schema(root: &Path) -> Result<FileChange, CliError> {
    let mut text = serde_json::to_string_pretty(&schema()).map_err(CliError::failed)?;
    text.push('\n');
    let before = if root.join(SCHEMA).exists() { Some(files::read_one(root, SCHEMA)?) } else { None };
    Ok(FileChange { path: SCHEMA.to_owned(), before, after: Some(text.into_bytes()) })
}

fn say(exists: bool, is_adopted: bool, since: Option<&Since>, config: &str, screen: &mut Screen) {
    if exists {
        screen.plain("the plan exists already: ").plain(config).line();
        return;
    }
    screen.plain("began a plan: ").plain(config);
    match since {
        Some(Since::Commit(oid)) => {
            screen
                .plain("; commits up to ")
                .put(Paint::Commit, &oid[..oid.len().min(8)])
                .plain(" do not count");
        }
        Some(Since::Date(date)) => {
            screen.plain(&format!("; commits before {date} do not count"));
        }
        None if is_adopted => {
            screen.plain("; it has no boundary: commits count for the tasks that are there");
        }
        None => {}
    }
    screen.line();
    screen.put(Paint::Dim, "tasks new TITLE writes the first task").line();
}

/// Refuses a folder for editors that is a link: it may lead out of the repository.
fn refuse_links(root: &Path) -> Result<(), CliError> {
    let is_link = |dir: &Path| dir.symlink_metadata().is_ok_and(|found| found.is_symlink());
    if !is_link(&root.join(CODE_DIR)) {
        return Ok(());
    }
    Err(CliError::failed(format!(
        "{CODE_DIR} is a symbolic link, which is not followed; nothing was written"
    ))
    .hint(format!("put a folder in its place, or leave out --editor and set up {SCHEMA} by hand")))
}

/// Writes the files by which editors associate task files with the schema, and names them. One that exists belongs to the
/// project, so the line to add is said instead.
///
/// Task files are told from others by the digit that their names end in, the one thing every editor's patterns can say.
fn associate(root: &Path, screen: &mut Screen) -> Result<Vec<&'static str>, CliError> {
    let mut created = Vec::new();
    let files = r#"[".tasks/**/*[0-9].toml"]"#;
    let taplo = format!(r#"rule = [{{ include = {files}, schema = {{ path = "{SCHEMA}" }} }}]"#);
    let tombi = format!(r#"schemas = [{{ path = "{SCHEMA}", include = {files} }}]"#);
    let code =
        r#""evenBetterToml.schema.associations": { "\\.tasks/.*[0-9]\\.toml$": "./.tasks/schema.json" }"#;
    let object = format!("{{\n  {code}\n}}");
    screen.plain("wrote ").plain(SCHEMA).line();
    for (file, line, whole) in [
        (".taplo.toml", taplo.as_str(), taplo.as_str()),
        ("tombi.toml", &tombi, &tombi),
        (".vscode/settings.json", code, &object),
    ] {
        let path = root.join(file);
        if path.symlink_metadata().is_ok() {
            screen.put(Paint::Heading, file).plain(" is there already; add: ").plain(line).line();
            continue;
        }
        path.parent()
            .map_or(Ok(()), std::fs::create_dir_all)
            .map_err(|e| CliError::failed(format!("cannot write {}: {e}", path.display())))?;
        files::replace(&path, format!("{whole}\n").as_bytes())?;
        screen.plain("wrote ").plain(file).line();
        created.push(file);
    }
    Ok(created)
}
