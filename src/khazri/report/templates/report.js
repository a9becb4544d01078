// Sorting of tables by a click on a head. The page is complete without it.
for (const head of document.querySelectorAll(".table thead th")) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...head.childNodes);
  head.append(button);
  button.addEventListener("click", () => {
    const column = [...head.parentNode.children].indexOf(head);
    const down = head.getAttribute("aria-sort") !== "descending";
    for (const other of head.parentNode.children) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const body = head.closest("table").tBodies[0];
    const key = (row) => {
      const cell = row.children[column];
      const number = parseFloat(cell.dataset.value);
      return cell.dataset.value === undefined ? cell.textContent : Number.isNaN(number) ? -Infinity : number;
    };
    const order = (a, b) => {
      const [x, y] = [key(a), key(b)];
      const less = typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y));
      return down ? -less : less;
    };
    body.append(...[...body.rows].sort(order));
  });
}
