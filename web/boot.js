// Starts the application where the browser can run it; otherwise the advice of index.html stays.
const advice = document.getElementById("advice");
const able =
  typeof WebAssembly === "object" &&
  typeof HTMLDialogElement === "function" &&
  CSS.supports("selector(:has(a))");

if (able) {
  // Within four seconds most have it all: the advice would only alarm them.
  document.documentElement.classList.add("booting");
  const patience = setTimeout(() => document.documentElement.classList.remove("booting"), 4000);
  try {
    const { default: start } = await import("{{glue}}");
    await start({ module_or_path: "{{wasm}}" });
    advice.remove();
  } finally {
    clearTimeout(patience);
    document.documentElement.classList.remove("booting");
  }
}
