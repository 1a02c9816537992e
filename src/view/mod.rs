//! What commands answer, as serialisable values (the JSON contract), and their text for a terminal.

mod check;
mod evidence;
mod forecast;
pub mod forms;
mod gate;
mod list;
mod log;
mod screen;
mod status;
mod task;
pub mod text;
mod time;
mod why;

pub use check::{CheckView, FindingView, RuleView, RulesView};
pub use evidence::EvidenceView;
pub use forecast::{
    AgeView, BacktestView, ChanceView, ForecastOptions, ForecastView, QuantileView, SpreadView, TargetView,
    ThroughputView,
};
pub use gate::{CriterionView, GateView};
pub use list::{Head, HistoryView, ListView, NextView, OrderView, ReasonedTask, ShowView};
pub use log::{EventKind, EventView, FieldView, LogView, TaskDelta};
pub use screen::{Paint, Screen, harmless, width_of};
pub use status::{GroupTotals, MilestoneView, RowTotals, StatusBy, StatusView, TotalsBy};
pub use task::{BranchView, EstimateView, ProgressView, StepView, TaskView};
pub use time::{ago, rfc3339, span_of_minutes};
pub use why::WhyView;
