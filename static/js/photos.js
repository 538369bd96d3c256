// Photos of a form: previews, made small before they are sent; and the large one of an album in place.
// Without this file the browser's own file field sends them as they are, and links open the large one.
const SIDE = 2048;
const QUALITY = 0.85;
const HEAVIEST = 10 * 1024 * 1024;
const KINDS = ["image/jpeg", "image/png", "image/webp"];

const scaled = (bitmap, side) => {
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas;
};

// A small JPEG with its preview; a file that the browser cannot open goes as it is, for the server to judge.
async function prepare(file) {
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (!bitmap) return { file, preview: null };
  const preview = scaled(bitmap, 320);
  const blob = await new Promise((done) => scaled(bitmap, SIDE).toBlob(done, "image/jpeg", QUALITY));
  bitmap.close();
  if (!blob) return { file, preview };
  const name = `${file.name.replace(/\.[^.]*$/, "") || "photo"}.jpg`;
  return { file: new File([blob], name, { type: "image/jpeg" }), preview };
}

class Photos {
  constructor(box) {
    this.box = box;
    this.list = box.querySelector(".shots");
    this.kept = [...this.list.children];
    this.say = box.querySelector("[data-photos-say]");
    this.inputs = [...box.querySelectorAll("input[type=file]")];
    this.gallery = this.inputs.find((input) => input.multiple);
    this.form = box.closest("form");
    this.shots = [];
    this.working = Promise.resolve();
    this.busy = 0;
    box.classList.add("is-live");
    for (const input of this.inputs) input.addEventListener("change", () => this.take(input));
    box.addEventListener("change", () => this.show());
    this.form.addEventListener("submit", (event) => this.wait(event));
  }

  get room() {
    const going = this.kept.filter((tile) => tile.querySelector("input:checked")).length;
    return Number(this.box.dataset.most) - this.kept.length + going - this.shots.length;
  }

  take(input) {
    // The gallery's field also holds what was chosen before: only what is new counts.
    const files = [...input.files].filter((file) => !this.shots.some((shot) => shot.file === file));
    this.busy += 1;
    this.words = "正在处理照片…";
    this.working = this.working.then(() => this.add(files)).finally(() => {
      this.busy -= 1;
      this.fill();
      this.show();
    });
    this.show();
  }

  async add(files) {
    const said = [];
    for (const file of files) {
      if (this.room <= 0) said.push(`最多${this.box.dataset.most}张，多出来的没有带上。`);
      else if (!KINDS.includes(file.type)) said.push(`“${file.name}”不是 JPEG、PNG、WebP 照片，没有带上。`);
      else {
        const shot = await prepare(file);
        if (shot.file.size > HEAVIEST) said.push(`“${file.name}”超过10MB，没有带上。`);
        else this.shots.push(shot);
      }
    }
    this.words = [...new Set(said)].join("");
  }

  // What is sent is what is shown: the gallery's field carries all of them.
  fill() {
    const files = new DataTransfer();
    for (const shot of this.shots) files.items.add(shot.file);
    for (const input of this.inputs) input.value = "";
    this.gallery.files = files.files;
  }

  show() {
    this.say.textContent = this.words || "";
    this.list.replaceChildren(...this.kept, ...this.shots.map((shot, i) => this.tile(shot, i)));
  }

  tile(shot, i) {
    const tile = document.createElement("li");
    const name = document.createElement("span");
    name.className = "shot-name";
    name.textContent = shot.file.name;
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "btn btn-line btn-small";
    remove.textContent = "不要";
    remove.setAttribute("aria-label", `不要第${this.kept.length + i + 1}张照片`);
    remove.addEventListener("click", () => this.remove(shot));
    if (shot.preview) {
      shot.preview.setAttribute("role", "img");
      shot.preview.setAttribute("aria-label", `第${this.kept.length + i + 1}张照片`);
    }
    tile.append(shot.preview || name, remove);
    return tile;
  }

  remove(shot) {
    this.shots = this.shots.filter((other) => other !== shot);
    this.words = "";
    this.fill();
    this.show();
    this.gallery.focus();
  }

  // Pressed while a photo is still being made small: send as soon as it is ready.
  wait(event) {
    if (!this.busy) return;
    event.preventDefault();
    const button = event.submitter;
    this.working.then(() => this.form.requestSubmit(button));
  }
}

for (const box of document.querySelectorAll("[data-photos]")) new Photos(box);

function large() {
  const dialog = document.createElement("dialog");
  dialog.className = "shot-large";
  const closer = document.createElement("form");
  closer.method = "dialog";
  const button = document.createElement("button");
  button.className = "btn btn-line";
  button.textContent = "关上";
  closer.append(button);
  dialog.append(document.createElement("img"), closer);
  document.body.append(dialog);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  return dialog;
}

let dialog = null;
for (const album of document.querySelectorAll("[data-album]")) {
  album.addEventListener("click", (event) => {
    const link = event.target.closest("a[target]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    dialog ||= large();
    const picture = dialog.querySelector("img");
    picture.src = link.href;
    picture.alt = link.querySelector("img").alt;
    dialog.setAttribute("aria-label", picture.alt);
    dialog.showModal();
  });
}
