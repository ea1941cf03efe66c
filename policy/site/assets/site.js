/* What the law says on a day: pages carry its whole history, the reader picks the day.
   Without this script the tables below say the same. */
(function () {
  "use strict";
  const today = () => {
    const now = new Date();
    const two = (number) => String(number).padStart(2, "0");
    return now.getFullYear() + "-" + two(now.getMonth() + 1) + "-" + two(now.getDate());
  };
  const inForce = (values, day) => values.filter((value) => value[0] <= day).pop();
  const known = (number, day) => number.known.filter((each) => each.from <= day).pop();
  const make = (name, text, where) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (where) where.appendChild(made);
    return made;
  };

  function onDate(box) {
    const numbers = JSON.parse(box.querySelector("script").textContent);
    const rows = box.querySelectorAll("tbody tr");
    const input = box.querySelector("input");
    const later = box.querySelector(".later");
    function show() {
      const day = input.value || today();
      later.textContent = "";
      const said = new Set();
      numbers.forEach((number, place) => {
        const cells = rows[place].querySelectorAll("td");
        const now = inForce(number.values, day);
        cells[0].textContent = now ? now[1] : "not in force";
        cells[1].textContent = now ? now[0] : "";
        const then = known(number, day);
        const coming = (then ? then.values : number.values).filter((value) => value[0] > day);
        coming.forEach((value) =>
          make("li", number.label + ": " + value[1] + " from " + value[0], later));
        if (then) then.planned.forEach((plan) => {
          if (said.has(plan[1]) || (plan[2] && plan[2] <= day)) return;
          said.add(plan[1]);
          const item = make("li", "", later);
          const link = make("a", plan[0], item);
          link.href = plan[1];
          item.appendChild(document.createTextNode(
            (plan[2] ? " from " + plan[2] : "") + ", enacted " + plan[3] +
            (plan[4] ? " (taken back " + plan[4] + ")" : "")));
        });
      });
      box.querySelector(".coming").hidden = !later.children.length;
      box.querySelector(".day").textContent = day === today() ? "today" : "on " + day;
      box.querySelector(".known").textContent =
        day < today() ? "As was then known, from later on" : "From later on";
    }
    input.value = today();
    input.addEventListener("input", show);
    box.querySelector(".pick").hidden = false;
    show();
  }

  function zoom(figure) {
    const picture = figure.querySelector("svg");
    const width = Number(picture.getAttribute("width"));
    const height = Number(picture.getAttribute("height"));
    let scale = 1;
    const buttons = document.createElement("div");
    buttons.className = "zoom";
    [["−", "Smaller", 0.8], ["+", "Larger", 1.25]].forEach(([text, label, by]) => {
      const button = make("button", text, buttons);
      button.type = "button";
      button.setAttribute("aria-label", label);
      button.addEventListener("click", () => {
        scale = Math.min(4, Math.max(0.25, scale * by));
        picture.setAttribute("width", width * scale);
        picture.setAttribute("height", height * scale);
      });
    });
    figure.before(buttons);
  }

  function marks() {
    document.querySelectorAll("[data-from]").forEach((row) => {
      if (row.dataset.from > today()) row.classList.add("future");
    });
  }

  function find(box) {
    const input = box.querySelector("input");
    const items = box.querySelectorAll("li[data-text]");
    input.addEventListener("input", () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      items.forEach((item) => {
        item.hidden = !words.every((word) => item.dataset.text.includes(word));
      });
      box.classList.toggle("searching", words.length > 0);
    });
    box.querySelector(".pick").hidden = false;
  }

  document.querySelectorAll(".on-date").forEach(onDate);
  document.querySelectorAll(".picture").forEach(zoom);
  document.querySelectorAll(".finder").forEach(find);
  marks();
})();
