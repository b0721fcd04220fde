
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
        shown.textContent = count === items.length ? "" : count + " of " + items.length + " entries fit.";
    };

    // A link to a finding opens all that it is folded into, whatever the filter is.
    const reveal = () => {
        const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
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

    // What is folded on the screen is printed.
    let folded = [];
    addEventListener("beforeprint", () => {
        folded = [...document.querySelectorAll("details:not([open])")];
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
