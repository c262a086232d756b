// Names what Django's controls leave unnamed to those who can't see them.
"use strict";
{
  // A choice by typing (select2): its box and its search field carry the name of the field.
  const nameOf = (select) =>
    select.labels[0]?.textContent.replace(/:?\s*$/, "") ||
    select.closest("table")?.querySelector(`th.column-${select.dataset.fieldName}`)?.textContent.trim();

  const nameOpen = (box, name) => {
    box.setAttribute("aria-controls", box.getAttribute("aria-owns"));
    const open = document.querySelectorAll(
      ".select2-container--open :is(.select2-search__field, .select2-results__options)",
    );
    for (const part of open) part.setAttribute("aria-label", name);
  };

  const nameChoices = (root) => {
    for (const select of root.querySelectorAll("select.admin-autocomplete.select2-hidden-accessible")) {
      const box = select.nextElementSibling?.querySelector(".select2-selection");
      const shown = box?.querySelector(".select2-selection__rendered");
      if (!box || box.dataset.named) continue;
      box.dataset.named = "yes";
      const label = document.createElement("span");
      label.id = `${select.id}_named`;
      label.className = "visually-hidden";
      label.textContent = nameOf(select);
      box.before(label);
      shown.removeAttribute("role");
      shown.removeAttribute("aria-readonly");
      box.setAttribute("aria-labelledby", `${label.id} ${shown.id}`.trim());
      box.querySelector(".select2-search__field")?.setAttribute("aria-label", label.textContent);
      django.jQuery(select).on("select2:open", () => window.setTimeout(() => nameOpen(box, label.textContent)));
    }
  };

  // Django's own wait for the same moment and came first, so the boxes are there.
  window.django?.jQuery?.(() => nameChoices(document)); // a page of plain fields has no jQuery
  window.addEventListener("load", () => {
    // A long selection goes on to its next part.
    document.querySelector("form[data-goes-on]")?.requestSubmit();
    // The magnifier beside a filter of two lists has a name, but nothing says what it is.
    for (const icon of document.querySelectorAll(".search-label-icon")) icon.setAttribute("role", "img");
  });
  document.addEventListener("formset:added", (event) => {
    // After Django's own listener has made the box.
    window.setTimeout(() => nameChoices(event.target));
  });
}
