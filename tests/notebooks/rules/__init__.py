"""Every rule of the notebooks that a machine can check, by name.

A rule takes a notebook as stored and its path, and gives one sentence for each violation.
"""

from collections.abc import Callable
from pathlib import Path

from nbformat import NotebookNode

from rules import (
    assignment,
    cells,
    claims,
    folding,
    lesson,
    navigation,
    objectives,
    parameters,
    showing,
    sitting,
    stored,
    words,
)
from rules.reading import is_assignment

__all__ = ["ASSIGNMENT", "EVERY", "LESSON", "RULES", "Rule", "broken", "rules_for"]

Rule = Callable[[NotebookNode, Path], list[str]]

_EVERY: tuple[Rule, ...] = (
    stored.file_name,
    stored.canonical_json,
    stored.notebook_format,
    stored.notebook_metadata,
    stored.cell_ids,
    stored.cell_metadata,
    stored.tags_known,
    stored.outputs_stripped,
    stored.check_outputs_are_text,
    stored.execution_counts,
    cells.cell_length,
    cells.lines_fit,
    cells.plain_python,
    cells.no_network,
    cells.no_absolute_paths,
    cells.no_warning_filters,
    cells.no_process_state,
    cells.generator_randomness,
    cells.plain_voice,
    navigation.lessons_named_are_there,
    navigation.next_left_to_the_page,
    words.fields_words,
    showing.figures_shown,
    showing.saves_only_when_asked,
)

_LESSON: tuple[Rule, ...] = (
    words.worth_once,
    cells.most_cells_short,
    cells.no_long_definition,
    cells.enough_text_cells,
    cells.enough_prose,
    cells.text_before_code,
    parameters.parameter_cell,
    parameters.parameter_lines,
    parameters.parameter_defaults,
    parameters.parameters_always,
    parameters.data_offered,
    lesson.title_and_promise,
    lesson.card,
    navigation.prerequisites_named,
    lesson.set_up,
    lesson.section_order,
    lesson.sections_have_code,
    lesson.recap_answers,
    lesson.recap_sources,
    sitting.sitting_size,
    sitting.sittings_marked,
    sitting.minutes_counted,
    showing.asks_the_reader,
    showing.explorer,
    showing.findings_named,
    showing.findings_counted,
    showing.findings_bound,
    showing.findings_summary,
    showing.pictures_described,
    claims.claims_shown,
    claims.claims_named,
    claims.claims_measured,
    folding.self_checks_folded,
    folding.folded_only_plots,
    folding.plots_folded,
    folding.predictions_first,
    folding.predictions_answered,
)

_ASSIGNMENT: tuple[Rule, ...] = (
    assignment.assignment_title,
    assignment.nbgrader_metadata,
    assignment.grade_ids,
    assignment.task_headings,
    assignment.task_shape,
    assignment.solution_regions,
    assignment.tests_visible,
    assignment.tests_hidden,
    assignment.tests_name_both,
    assignment.check_named,
    assignment.tasks_checked,
    assignment.regions_placed,
    assignment.graded_points,
    assignment.points_told,
    assignment.last_task_open,
    assignment.manual_rubrics,
    objectives.objectives_tested,
    objectives.task_on_data,
    objectives.hints_folded,
)

EVERY, LESSON, ASSIGNMENT = (
    {rule.__name__: rule for rule in rules} for rules in (_EVERY, _LESSON, _ASSIGNMENT)
)
RULES: dict[str, Rule] = EVERY | LESSON | ASSIGNMENT


def rules_for(path: Path) -> dict[str, Rule]:
    """Return the rules that a lesson or an assignment at `path` has to keep."""
    return EVERY | (ASSIGNMENT if is_assignment(path) else LESSON)


def broken(nb: NotebookNode, path: Path) -> set[str]:
    """Return the names of the rules that a notebook breaks."""
    return {name for name, rule in rules_for(path).items() if rule(nb, path)}
