// Opened from a file, a page may not fetch another one, so a search shows its results without
// their text.
if (window.location.protocol === "file:") {
  DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
}
