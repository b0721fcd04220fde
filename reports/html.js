
"use strict";
(() => {
    const form = document.getElementById("filter");
    const shown = document.getElementById("shown");
    const items = [...document.querySelectorAll("[data-verdict]")];
    const groups = [...document.querySelectorAll("[data-group]")].reverse();
    const texts = new Map(items.map((item) => [item, item.textContent.toLowerCase()]));

    const filter = () => {
        const verdict = form.elements.verdict.value;
        const level = form.elements.level.value;
        const rfc = form.elements.rfc.value;
        const differs = form.elements.differs !== undefined && form.elements.differs.checked;
        const text = form.elements.text.value.trim().toLowerCase();
        let count = 0;
        for (const item of items) {
            const fits = (verdict === "" || (" " + item.dataset.verdict + " ").includes(" " + verdict + " ")) &&
                (!differs || !("same" in item.dataset)) &&
                (level === "" || item.dataset.level.split(" ").includes(level)) &&
                (rfc === "" || item.dataset.rfc.split(" ").includes(rfc)) &&
                (text === "" || texts.get(item).includes(text));
            item.hidden = !fits;
            count += fits ? 1 : 0;
        }
        for (const group of groups) {
            group.hidden = group.querySelector("[data-verdict]:not([hidden])") === null;
        }
        shown.textContent = count === items.length ? "All " + count + " entries are shown." :
            count + " of " + items.length + " entries fit.";
    };

    // The entry that an anchor is, or stands in: the browser lets Tab go on from there. Of a finding that this run
    // does not have, it is the requirement.
    const entry = (anchor) => {
        const target = document.getElementById(anchor);
        if (target !== null) {
            return target.closest("[data-verdict]") ?? target;
        }
        const requirement = anchor.startsWith("finding-") ?
            document.getElementById(anchor.split("~")[0].replace("finding-", "requirement-")) : null;
        if (requirement !== null) {
            const note = document.createElement("p");
            note.setAttribute("role", "status");
            requirement.querySelector(".body").prepend(note);
            requirement.querySelector("summary").focus();
            note.textContent = "This run does not have the finding that the link is to; this is its requirement.";
        }
        return requirement;
    };

    // A link opens all that its entry is folded into, whatever the filter is, and goes there.
    const reveal = () => {
        const target = location.hash === "" ? null : entry(location.hash.slice(1));
        for (let at = target; at !== null; at = at.parentElement) {
            at.hidden = false;
            if (at.tagName === "DETAILS") {
                at.open = true;
            }
        }
        if (target !== null) {
            target.scrollIntoView();
        }
    };

    // What matters is printed, also where it is folded on the screen; but not a second time what was told.
    const quiet = ["pass", "skip", "not judged"];
    let folded = [];
    addEventListener("beforeprint", () => {
        folded = [...document.querySelectorAll("details:not([open]):not([data-same-cause])")].filter((one) => !quiet.includes(one.dataset.verdict));
        folded.forEach((one) => { one.open = true; });
    });
    addEventListener("afterprint", () => folded.forEach((one) => { one.open = false; }));

    form.hidden = false;
    form.addEventListener("input", filter);
    form.addEventListener("reset", () => setTimeout(filter));
    form.addEventListener("submit", (event) => event.preventDefault());
    addEventListener("hashchange", reveal);
    reveal();
})();
