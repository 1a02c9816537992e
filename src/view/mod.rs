//! What commands answer, as serialisable values (the JSON contract), and their text for a terminal.

mod board;
mod branches;
mod check;
mod comment;
mod counts;
mod diff;
mod evidence;
mod forecast;
pub mod forms;
mod gate;
mod graph;
mod hook;
mod job;
mod lineage;
mod list;
mod log;
pub mod markdown;
mod page;
mod plan;
mod renumber;
mod report;
mod resolve;
mod schedule;
mod screen;
mod status;
mod task;
pub mod text;
mod time;
mod why;
mod written;

pub use board::{BoardBy, BoardColumn, BoardLimits, BoardView, CardView, Cards};
pub use branches::{BranchesView, CellView, ColumnView, RowView};
pub use check::{CheckView, FindingView, RuleView, RulesView};
pub use comment::{Comment, MARKER, TooSmall};
pub use counts::{CountsRow, CountsView};
pub use diff::{
    ChangedPart, ChangedTask, ConsequencesView, CriticalPathView, DateAtRisk, DiffSubject, DiffView, Entry,
    FieldDiff, LandingView, LineView, MilestoneWork, Moved, Outline, PlanDiffView, Renumbered, Section,
    SidesOf, StatusMove, StepsView, Tone, UnknownView, UnreadableView,
};
pub use evidence::EvidenceView;
pub use forecast::{
    AgeView, BacktestView, ChanceView, ForecastOptions, ForecastView, QuantileView, SpreadView, TargetView,
    ThroughputView,
};
pub use gate::{GateView, OpenCriterion};
pub use graph::{EdgeView, GraphSelection, GraphView, GroupCounts, NodeKind, NodeView};
pub use hook::{HookRow, HookState, HooksView};
pub use job::disobeyed_json;
pub use lineage::Lineage;
pub use list::{Head, HistoryView, ListView, NextView, OrderView, ReasonedTask, ShowView, TaskViews};
pub use log::{EventKind, EventView, FieldView, LogView, LogWindow, TaskDelta};
pub use page::{Card, Lane, PageInputs, PageSection, PageTask, PageView, PathView, SpanView};
pub use plan::{
    ConfigView, CriterionView, GroupStated, Note, PLAN_FORMAT, PlanGroup, PlanMilestone, PlanParts, PlanTask,
    PlanView, Stated, TaskRows,
};
pub use renumber::{MentionView, RenumberView};
pub use report::{
    CommitView, ContributorView, EditedTask, EndView, GroupProgress, Landing, LeftBehindView, MissingTask,
    MovedTask, NamedTask, OpenTask, PlanChangesView, RangeView, ReleaseGateView, ReleaseMilestone, ReportEnd,
    ReportParts, ReportTask, ReportView, RevertedTask, TaskSection, TaskVersions, WhyMissing, range_text,
};
pub use resolve::{ConflictView, ResolveView, ResolvedFile};
pub use schedule::{ScheduleView, ScheduledTask};
pub use screen::{Paint, Screen, harmless, is_harmful, width_of, wrap};
pub use status::{GroupTotals, MilestoneView, RowTotals, StatusBy, StatusView, TotalsBy};
pub use task::{BranchView, EstimateView, ProgressView, StepView, TaskView, in_worktree};
pub use time::{ago, rfc3339, span_of_minutes};
pub use why::{WhyAnswer, WhyView};
pub use written::{FileFate, Written, WrittenFile, WrittenTask, WrittenView};
