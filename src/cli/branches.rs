//! `tasks branches`.

use super::args::Context;
use super::completing::{ids, revisions};
use super::locating::positions;
use crate::config::Config;
use crate::error::CliError;
use crate::git::{Branch, Oid, matches_trunk};
use crate::plan::{Column, Matrix, Plan};
use crate::view::{BranchesView, text};
use crate::workspace::{Scope, Workspace};
use clap::Args;
use std::collections::HashSet;

/// Show on which branches tasks are completed, missing, reverted or in flight
#[derive(Debug, Args)]
#[command(after_long_help = "\
A task is completed on a branch if the commits reachable from it say so, cherry-picks included, or the branch's own file \
does. What the tasks are, and what references mean, is as the plan has it that is read here; --plan-from REV takes \
another one.\n\n\
Without options the trunks are shown, the branch that is checked out, and the topic branches that work on something which has landed on no trunk; without \
ids the tasks on which the trunks differ or which are in flight.")]
pub struct BranchesArgs {
    /// The tasks
    #[arg(value_name = "ID", add = ids())]
    ids: Vec<String>,
    /// Only these branches or revisions: names, or patterns such as 'release/*'
    #[arg(long, value_name = "NAME", value_delimiter = ',', add = revisions())]
    only: Vec<String>,
    /// Only tasks that are completed on a trunk and neither completed nor cancelled on these branches: what is still to
    /// be backported
    #[arg(long, value_name = "NAME", value_delimiter = ',', add = revisions())]
    missing_on: Vec<String>,
    /// Every branch, those that are stale or merged included
    #[arg(long, conflicts_with = "only")]
    all: bool,
}

/// Shows the matrix.
pub fn run(context: &Context, args: &BranchesArgs) -> Result<(), CliError> {
    let workspace = context.workspace()?;
    let branches = workspace.repo.branches()?;
    let config = workspace.config()?;
    let trunks: HashSet<String> =
        workspace.repo.trunks(&branches, &config)?.into_iter().map(|t| t.full_name).collect();
    let here = workspace.repo.head()?.branch.map(|name| format!("refs/heads/{name}"));
    let choice = Choice { workspace: &workspace, branches: &branches, trunks, here, config: &config };
    let missing_on = choice.named(&args.missing_on)?;
    let mut chosen = if args.only.is_empty() { choice.usual(args.all) } else { choice.named(&args.only)? };
    let others = missing_on.iter().filter(|m| chosen.iter().all(|c| c.name != m.name)).cloned();
    chosen.extend(others.collect::<Vec<_>>());
    chosen.sort_by_key(|branch| !choice.is_trunk(branch));
    let tips: Vec<Oid> = chosen.iter().map(|branch| branch.tip).collect();
    let plan = workspace.plan_with(Scope::default(), &tips)?;
    let columns = choice.columns(context, &plan, chosen)?;

    let rows = if args.ids.is_empty() { plan.current().collect() } else { positions(&plan, &args.ids)? };
    let mut matrix = Matrix::of(&plan, columns, &rows);
    let named: Vec<String> = missing_on.into_iter().map(|branch| branch.name).collect();
    if !named.is_empty() {
        matrix.keep_missing_on(&named);
    } else if args.ids.is_empty() {
        matrix.keep_telling(!args.only.is_empty());
    }
    if args.only.is_empty() && !args.all {
        matrix.drop_idle_topics(&named);
    }
    let source = context.global.plan_from.clone().map_or_else(|| workspace.name(), |rev| Ok(Some(rev)));
    let view = BranchesView::of(&plan, &matrix, source?, args.all || !args.only.is_empty());
    if context.is_json() {
        return context.ui.json(&view);
    }
    let mut screen = context.ui.screen();
    text::branches(&view, &mut screen);
    context.ui.show(screen)
}

/// From which the branches are chosen.
struct Choice<'a> {
    workspace: &'a Workspace,
    branches: &'a [Branch],
    trunks: HashSet<String>,
    /// The branch that is checked out.
    here: Option<String>,
    config: &'a Config,
}

impl Choice<'_> {
    fn is_trunk(&self, branch: &Branch) -> bool {
        self.trunks.contains(&branch.full_name)
    }

    fn is_here(&self, branch: &Branch) -> bool {
        self.here.as_ref() == Some(&branch.full_name)
    }

    /// Trunks, the branch that is checked out and the topic branches that are not stale, or `all` of them; a remote branch that stands where its local
    /// twin stands is left out.
    fn usual(&self, all: bool) -> Vec<Branch> {
        let oldest = self.workspace.oldest(self.config);
        let is_fresh = |b: &Branch| all || self.is_trunk(b) || self.is_here(b) || b.time >= oldest;
        let chosen = self.branches.iter().filter(|b| is_fresh(b) && !self.is_copy(b));
        chosen.cloned().collect()
    }

    fn is_copy(&self, branch: &Branch) -> bool {
        let local = branch.twin.as_ref().and_then(|twin| self.branches.iter().find(|b| b.name == *twin));
        local.is_some_and(|local| local.tip == branch.tip)
    }

    /// The branches of those names, or that those patterns fit; a name that is no branch may be any revision.
    fn named(&self, names: &[String]) -> Result<Vec<Branch>, CliError> {
        let mut found: Vec<Branch> = Vec::new();
        for name in names {
            let exact = self.branches.iter().find(|b| b.name == *name || b.full_name == *name);
            let pattern = std::slice::from_ref(name);
            let fits = |b: &&Branch| matches_trunk(pattern, &b.name) || matches_trunk(pattern, &b.short);
            let matching: Vec<Branch> = match exact {
                Some(branch) => vec![branch.clone()],
                None => self.branches.iter().filter(|b| !self.is_copy(b)).filter(fits).cloned().collect(),
            };
            let matching = if matching.is_empty() { vec![self.revision(name)?] } else { matching };
            found.extend(
                matching
                    .into_iter()
                    .filter(|b| found.iter().all(|f| f.full_name != b.full_name))
                    .collect::<Vec<_>>(),
            );
        }
        Ok(found)
    }

    /// A tag or a commit, treated like a branch where nothing lands.
    fn revision(&self, name: &str) -> Result<Branch, CliError> {
        let tip = self.workspace.repo.resolve(name).map_err(|_| {
            CliError::failed(format!("there is no branch or revision {name:?}"))
                .hint("git branch --all lists branches; a pattern needs quotes: 'release/*'")
        })?;
        let time = self.workspace.repo.commit_info(tip)?.time;
        let (name, full_name) = (name.to_owned(), name.to_owned());
        Ok(Branch { short: name.clone(), name, full_name, remote: false, tip, time, twin: None })
    }

    fn columns(&self, context: &Context, plan: &Plan, chosen: Vec<Branch>) -> Result<Vec<Column>, CliError> {
        let tips: Vec<Oid> = chosen.iter().map(|branch| branch.tip).collect();
        let mut columns = Vec::with_capacity(chosen.len());
        for (branch, own) in chosen.into_iter().zip(self.workspace.repo.own_plans(&tips)?) {
            // Beyond the adoption boundary nothing counts, and nothing need be read.
            let Some(head) = plan.history.position(&branch.tip) else { continue };
            let complete = plan.history.is_complete_at(head);
            if !complete && !context.global.allow_shallow {
                return Err(CliError::shallow(format!(
                    "this clone is shallow, and {} is cut off",
                    branch.name
                )));
            }
            let (trunk, here) = (self.is_trunk(&branch), self.is_here(&branch));
            columns.push(Column { name: branch.name, head, own, trunk, here, twin: branch.twin, complete });
        }
        Ok(columns)
    }
}
