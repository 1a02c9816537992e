//! `tasks schema`.

use super::args::Context;
use super::importing::Outcome;
use crate::error::CliError;
use crate::format;
use crate::report::PageContext;
use crate::view::{
    BoardView, BranchesView, CheckView, CountsView, DiffView, ForecastView, GateView, GraphView, HooksView,
    ListView, LogView, NextView, OrderView, PlanView, RenumberView, ReportView, ResolveView, RulesView,
    ScheduleView, ShowView, StatusView, WhyAnswer, WrittenView,
};
use clap::{Args, ValueEnum};
use schemars::schema_for;

/// Print the JSON schema of plan files or of an answer
#[derive(Debug, Args)]
#[command(after_long_help = "\
Editors validate and complete plan files by it: tasks schema > .tasks/schema.json, then point the association of your \
TOML language server (taplo, tombi, Even Better TOML) for .tasks/**/*.toml to that file.")]
pub struct SchemaArgs {
    /// The kind of plan file
    #[arg(value_enum, default_value_t, value_name = "FILE", conflicts_with = "command")]
    file: Kind,
    /// The JSON answer of this command instead
    #[arg(long = "for", value_enum, value_name = "COMMAND")]
    command: Option<Answer>,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Kind {
    #[default]
    Task,
    Group,
    Milestone,
    Config,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Answer {
    Board,
    Diff,
    List,
    Show,
    Next,
    /// next --order
    Order,
    Resolve,
    Status,
    Why,
    Export,
    Branches,
    Log,
    /// log --counts
    Counts,
    Renumber,
    Check,
    /// check --gate
    Gate,
    /// check --explain
    Rules,
    Forecast,
    /// forecast --schedule
    Schedule,
    Graph,
    /// hook status
    Hook,
    Report,
    Import,
    Init,
    New,
    Edit,
    Set,
    Note,
    Move,
    Rm,
    Archive,
    Fmt,
    Done,
    Step,
    Block,
    Cancel,
    Reopen,
    Start,
    Release,
    /// report --format html --context
    Page,
}

/// Prints the schema.
pub fn run(context: &Context, args: &SchemaArgs) -> Result<(), CliError> {
    let schema = match (args.command, args.file) {
        (Some(Answer::Board), _) => schema_for!(BoardView).into(),
        (Some(Answer::List), _) => schema_for!(ListView).into(),
        (Some(Answer::Show), _) => schema_for!(ShowView).into(),
        (Some(Answer::Next), _) => schema_for!(NextView).into(),
        (Some(Answer::Order), _) => schema_for!(OrderView).into(),
        (Some(Answer::Resolve), _) => schema_for!(ResolveView).into(),
        (Some(Answer::Status), _) => schema_for!(StatusView).into(),
        (Some(Answer::Renumber), _) => schema_for!(RenumberView).into(),
        (Some(Answer::Why), _) => schema_for!(WhyAnswer).into(),
        (Some(Answer::Export), _) => schema_for!(PlanView<'static>).into(),
        (Some(Answer::Branches), _) => schema_for!(BranchesView).into(),
        (Some(Answer::Log), _) => schema_for!(LogView).into(),
        (Some(Answer::Counts), _) => schema_for!(CountsView).into(),
        (Some(Answer::Check), _) => schema_for!(CheckView).into(),
        (Some(Answer::Gate), _) => schema_for!(GateView).into(),
        (Some(Answer::Rules), _) => schema_for!(RulesView).into(),
        (Some(Answer::Forecast), _) => schema_for!(ForecastView).into(),
        (Some(Answer::Schedule), _) => schema_for!(ScheduleView).into(),
        (Some(Answer::Hook), _) => schema_for!(HooksView).into(),
        (Some(Answer::Diff), _) => schema_for!(DiffView).into(),
        (Some(Answer::Graph), _) => schema_for!(GraphView).into(),
        (Some(Answer::Report), _) => schema_for!(ReportView).into(),
        (Some(Answer::Import), _) => schema_for!(Outcome).into(),
        (
            Some(
                Answer::Init
                | Answer::New
                | Answer::Edit
                | Answer::Set
                | Answer::Note
                | Answer::Move
                | Answer::Rm
                | Answer::Archive
                | Answer::Fmt
                | Answer::Done
                | Answer::Step
                | Answer::Block
                | Answer::Cancel
                | Answer::Reopen
                | Answer::Start
                | Answer::Release,
            ),
            _,
        ) => schema_for!(WrittenView).into(),
        (Some(Answer::Page), _) => schema_for!(PageContext<'static>).into(),
        (None, Kind::Task) => format::schema(),
        (None, Kind::Group) => format::group_schema(),
        (None, Kind::Milestone) => format::milestone_schema(),
        (None, Kind::Config) => format::config_schema(),
    };
    context.ui.json(&schema)
}
