// The page is complete without this script.
// An address that names a figure of another carrier or country chooses it.
const choose = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (const part of ["carrier", "country"]) {
    const own = target?.closest(`.${part}-part`);
    const id = own && [...own.classList].find((name) => new RegExp(`^${part}-\\d+$`).test(name));
    const button = id && document.getElementById(id);
    if (!button || button.checked) continue;
    button.checked = true;
    target.scrollIntoView();
  }
};
addEventListener("hashchange", choose);
choose();
// Sorting of tables by a click on a head.
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
