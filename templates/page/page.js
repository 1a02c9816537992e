// The search of the table. Without it every task is still there.
(function () {
  "use strict";
  var box = document.getElementById("search");
  var rows = Array.from(document.querySelectorAll("#tasks tbody > tr.task"));
  var groups = Array.from(document.querySelectorAll("#tasks details.group"));
  if (!box || rows.length < 2) return;
  var input = box.querySelector("input");
  var said = box.querySelector("output");
  var unfolded = null;
  var texts = null;
  input.addEventListener("input", function () {
    texts = texts || rows.map(function (row) { return row.textContent.toLowerCase(); });
    unfolded = unfolded || groups.map(function (group) { return group.open; });
    var words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    var found = 0;
    rows.forEach(function (row, at) {
      row.hidden = !words.every(function (word) { return texts[at].includes(word); });
      if (!row.hidden) found += 1;
    });
    groups.forEach(function (group, at) {
      group.hidden = !group.querySelector("tr.task:not([hidden])");
      group.open = words.length ? !group.hidden : unfolded[at];
    });
    if (!words.length) unfolded = null;
    said.textContent = words.length ? found + " of " + rows.length + " tasks" : "";
  });
  // A link may lead to a row that the search has hidden.
  window.addEventListener("hashchange", function () {
    var row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!row || !row.hidden) return;
    input.value = "";
    input.dispatchEvent(new Event("input"));
    row.scrollIntoView();
  });
  box.hidden = false;
})();
