"""Controls under one another that everybody can see, name and reach with the keyboard."""

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ipywidgets import Widget

__all__ = ["NAMING", "SUBMITTING", "WIDE", "announced", "panel"]

WIDE = "min(32em, 100% - 4px)"
"""The width of a control: one that is cut off in a narrow window cannot be moved to its end."""
_NAME = "mlops-lab-panel"
# As ipywidgets come, edges and handles have 1.9:1 on the page, where 3:1 can be told apart, and
# what has the focus hardly shows it. The colours are JupyterLab's, so that dark pages stay dark.
_STYLE = f"""<style>
.{_NAME} {{ --jp-widgets-input-border-color: var(--jp-ui-font-color2, #757575);
  padding: 6px; overflow: visible; }}
.{_NAME} .noUi-connects {{ background: var(--jp-ui-font-color2, #757575); }}
.{_NAME} .noUi-handle {{ background: var(--jp-brand-color1, #1976d2);
  border-color: var(--jp-brand-color1, #1976d2); }}
.{_NAME} .noUi-handle:focus-visible, .{_NAME} select:focus-visible,
.{_NAME} input:focus-visible, .{_NAME} button:focus-visible,
.{_NAME} .widget-readout:focus-visible {{
  outline: 3px solid var(--jp-ui-font-color0, #000) !important; outline-offset: 2px; }}
.{_NAME} .widget-checkbox, .{_NAME} .widget-label-basic, .{_NAME} .widget-radio-box,
.{_NAME} .widget-inline-hbox {{ overflow: visible; }}
.{_NAME} .jupyter-button {{ margin-top: 8px; }}
.{_NAME} .widget-radio {{ height: auto; }}
.{_NAME} .widget-radio-box label {{ display: flex; flex-direction: row-reverse;
  justify-content: flex-end; align-items: flex-start; height: auto; white-space: normal;
  line-height: 1.4; margin-bottom: 4px; }}
.{_NAME} .widget-radio-box input {{ flex: none; margin: 0 0.6em 0 3px; }}
.{_NAME} .widget-html-content {{ line-height: 1.5; white-space: normal; }}
</style>"""
# The handle of a slider is not tied to its label. Widgets may be there later than what is shown
# below them.
NAMING = """<script>(() => {
  const area = document.currentScript?.closest('.jp-OutputArea')
  const named = () => {
    const bars = [...area.querySelectorAll('.PANEL .widget-slider')]
    for (const bar of bars) {
      const label = bar.querySelector('.widget-label')?.textContent
      if (!label) continue
      for (const part of bar.querySelectorAll('[role=slider]')) part.ariaLabel = label
      const typed = bar.querySelector('[contenteditable]')
      if (typed) Object.assign(typed, {role: 'textbox', ariaLabel: label + ', typed'})
    }
    return area.querySelector('.PANEL') && bars.every(bar => bar.querySelector('[aria-label]'))
  }
  if (!area || named()) return
  const watch = new MutationObserver(() => { if (named()) watch.disconnect() })
  watch.observe(area, {childList: true, subtree: true})
})()</script>""".replace("PANEL", _NAME)
"""Names the sliders of the panel in the same cell, where a page runs scripts."""
# Enter does nothing on a radio button, and hands over a text only where it has changed. JupyterLab
# would take it to edit the cell.
SUBMITTING = """<script>(() => {
  const area = document.currentScript?.closest('.jp-OutputArea')
  if (!area || area.dataset.submits) return
  area.dataset.submits = 'by Enter'
  area.addEventListener('keydown', event => {
    const entry = event.target, box = entry.closest('.PANEL')
    if (event.key !== 'Enter' || event.shiftKey || !box || !entry.matches('input')) return
    const isChoice = entry.type === 'radio'
    if (isChoice && !entry.checked) entry.click()
    if (isChoice || !entry.value.trim()) box.querySelector('button').click()
    if (!isChoice) return
    event.preventDefault()
    event.stopPropagation()
  }, true)
})()</script>""".replace("PANEL", _NAME)
"""Lets Enter press the button of the panel in the same cell, where a page runs scripts."""


def panel(controls: "Sequence[Widget]") -> "Widget":
    """Put controls under one another.

    Parameters
    ----------
    controls : sequence of ipywidgets

    Returns
    -------
    ipywidgets VBox
        The controls in their order; the last child is the style, which is not seen.
    """
    from ipywidgets import HTML, VBox

    box = VBox([*controls, HTML(_STYLE, layout={"display": "none"})])
    box.add_class(_NAME)
    return box


def announced(mark: str, message: str) -> str:
    """Return HTML that a screen reader reads aloud as soon as it is shown.

    Parameters
    ----------
    mark : str
        What comes first, in bold; may be empty.
    message : str

    Examples
    --------
    >>> announced("", "2 < 3")
    '<span role="alert">2 &lt; 3</span>'
    """
    shown = f"<b>{escape(mark)}</b> " if mark else ""
    return f'<span role="alert">{shown}{escape(message)}</span>'
