// The map of an address: the pin and how sure it is, what else it may be, and the houses that are known around it.
// Tiles are drawn when the office has them, else the outline of the dongs. The pin can be moved.
(() => {
  "use strict";

  const box = document.getElementById("map");
  if (!box) {
    return;
  }
  if (!window.L) {
    box.hidden = true;
    return;
  }
  const STEP = 0.0001; // about 10 metres for a press of an arrow key
  const CENTRE = [37.4985, 126.9515];
  const NUMBERS_FROM = 16.5; // the zoom at which house numbers have room, and a pin can be put on one house
  const STEP_IN = 2.5; // a press further out goes nearer
  const SEEN_M = 120; // so far the houses reach that were asked for
  const map = L.map(box, {
    zoomControl: true,
    attributionControl: Boolean(box.dataset.attribution),
    keyboard: false,
    zoomSnap: 0.25,
    zoomAnimation: false, // while one runs, Leaflet drops every other move
  });
  let pin = null;
  const isNear = () => map.getZoom() >= NUMBERS_FROM;
  const namesFit = () => map.getZoom() >= (map.getSize().x < 600 ? 13.5 : 12.5); // else they cover one another
  const fitNames = () => {
    box.classList.toggle("is-far", !namesFit());
    box.classList.toggle("is-near", isNear());
    if (pin && pin.dragging) {
      pin.dragging[isNear() ? "enable" : "disable"]();
    }
  };
  map.on("zoomend resize", fitNames);
  new ResizeObserver(() => window.requestAnimationFrame(() => map.invalidateSize({ animate: false }))).observe(box); // its panel has what room is left
  map.setView(CENTRE, 13);
  box.querySelectorAll(".leaflet-control-zoom a").forEach((button) => button.setAttribute("tabindex", "-1"));
  if (box.dataset.attribution) {
    map.attributionControl.setPrefix(false);
  }

  if (box.dataset.tiles) {
    L.tileLayer(box.dataset.tiles, { attribution: box.dataset.attribution, maxZoom: 19 }).addTo(map);
  }

  // A sign on the map with a word of ours in it.
  const sign = (point, className, words, size = [90, 18]) => {
    const marker = L.marker(point, {
      interactive: false,
      keyboard: false,
      icon: L.divIcon({ className, html: "", iconSize: size }),
    });
    marker.on("add", () => {
      marker.getElement().textContent = words;
    });
    return marker;
  };

  fetch(box.dataset.outline)
    .then((answer) => (window.isRefused(answer) ? null : answer.json()))
    .then((outline) => {
      if (!outline) {
        return;
      }
      const layer = L.geoJSON(outline, {
        filter: (part) => part.properties.kind === "행정동",
        interactive: false,
        className: box.dataset.tiles ? "dong is-over-tiles" : "dong",
        weight: 1,
        onEachFeature: (part) => {
          sign([part.properties.label_lat, part.properties.label_lon], "dong-name", part.properties.name).addTo(map);
        },
      }).addTo(map);
      layer.bringToBack();
      if (!document.querySelector("[data-found], [data-candidate]")) {
        map.fitBounds(layer.getBounds());
      }
    })
    .catch(() => {});

  // The houses that the table knows around the pin, else around the middle of a map that is near enough.
  const houses = L.layerGroup().addTo(map);
  let numbers = []; // those of the road itself first, then the nearer ones
  const LABEL = { half: 24, below: 30 }; // of a house number, in pixels around its house
  const corner = () => {
    const zoom = box.querySelector(".leaflet-control-zoom");
    return zoom ? { x: zoom.offsetLeft + zoom.offsetWidth, y: zoom.offsetTop + zoom.offsetHeight } : { x: 0, y: 0 };
  };
  const isWhole = (at, under) => {
    const { x, y } = map.layerPointToContainerPoint(at);
    const size = map.getSize();
    const inside = x >= LABEL.half && x <= size.x - LABEL.half && y >= 0 && y <= size.y - LABEL.below;
    return inside && (x - LABEL.half > under.x || y > under.y);
  };
  const SIDE = 14; // pixels from the tip of the pin to its word
  const fitName = () => {
    const word = called.getElement();
    const room = map.getSize().x - map.latLngToContainerPoint(pin.getLatLng()).x;
    word.style.setProperty("--side", `${Math.min(SIDE, room - word.offsetWidth - 2)}px`);
  };
  const thinOut = () => {
    const foot = pin && map.latLngToLayerPoint(pin.getLatLng());
    const taken = foot ? [foot.add([0, 20]), foot.add([30, -5]), foot.add([60, -5])] : []; // the pin, and its word
    others.eachLayer((other) => taken.push(map.latLngToLayerPoint(other.getLatLng()).subtract([0, 37]))); // above their house
    const under = corner();
    if (pin) {
      fitName();
    }
    numbers.forEach(({ label }) => {
      const at = map.latLngToLayerPoint(label.getLatLng());
      const apart = taken.every((other) => Math.abs(other.x - at.x) > 44 || Math.abs(other.y - at.y) > 20);
      const free = apart && isWhole(at, under);
      label.getElement().classList.toggle("is-covered", !free);
      if (free) {
        taken.push(at);
      }
    });
  };
  map.on("zoomend moveend resize", thinOut);
  let around = null;
  const drawHouses = (point) => {
    const key = L.latLng(point);
    if ((around && around.equals(key)) || !box.dataset.neighbours) {
      return;
    }
    around = key;
    const found = document.querySelector("[data-found]");
    const road = found ? found.dataset.road : "";
    const said = new URLSearchParams({
      csrf_token: document.querySelector("#call [name=csrf_token]").value,
      near_lat: key.lat,
      near_lon: key.lng,
    });
    fetch(box.dataset.neighbours, { method: "POST", body: said, credentials: "same-origin" })
      .then((answer) => (window.isRefused(answer) ? [] : answer.json()))
      .then((known) => {
        if (key !== around) {
          return;
        }
        houses.clearLayers();
        numbers = known.map(([lat, lon, number, of]) => {
          const own = of === road;
          const className = own ? "house is-of-road" : "house";
          houses.addLayer(L.circleMarker([lat, lon], { radius: own ? 4 : 3, weight: 1, interactive: false, className }));
          const label = sign([lat, lon], own ? "house-number is-of-road" : "house-number", number, [60, 18]);
          houses.addLayer(label);
          return { label, own };
        });
        numbers.sort((one, other) => other.own - one.own);
        thinOut();
      })
      .catch(() => {});
  };

  map.on("moveend", () => {
    if (isNear() && (!around || map.distance(around, map.getCenter()) > SEEN_M)) {
      drawHouses(map.getCenter());
    }
  });

  // The pin: its shape and its word tell how sure it is, the circle how far it may be off.
  let circle = null;
  let called = null; // the word, beside the pin and not in it: a pin is a button with a name of its own
  const others = L.layerGroup().addTo(map);

  const tell = (point) => {
    box.dispatchEvent(new CustomEvent("placed", { bubbles: true, detail: { lat: point.lat, lon: point.lng } }));
  };

  const nudge = (event) => {
    const moves = { ArrowUp: [STEP, 0], ArrowDown: [-STEP, 0], ArrowLeft: [0, -STEP], ArrowRight: [0, STEP] };
    const move = moves[event.code];
    if (!move || event.isComposing) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    const at = pin.getLatLng();
    pin.setLatLng([at.lat + move[0], at.lng + move[1]]);
    called.setLatLng(pin.getLatLng());
    window.clearTimeout(nudge.later);
    nudge.later = window.setTimeout(() => tell(pin.getLatLng()), 600);
  };

  const make = (point) => {
    pin = L.marker(point, {
      draggable: true,
      alt: box.dataset.pin,
      title: box.dataset.pin,
      zIndexOffset: 1000,
      icon: L.divIcon({ className: "pin", html: "", iconSize: [26, 26], iconAnchor: [13, 26] }),
    }).addTo(map);
    pin.on("dragend", () => tell(pin.getLatLng()));
    pin.on("drag", () => called.setLatLng(pin.getLatLng()));
    called = sign(point, "pin-name", "", null).addTo(map);
    pin.getElement().addEventListener("keydown", nudge);
    circle = L.circle(point, { radius: 0, className: "doubt", interactive: false, weight: 1 }).addTo(map);
  };
  const show = (point, error, grade = "placed", name = "") => {
    if (!pin) {
      make(point);
    }
    const element = pin.getElement();
    ["placed", "building", "lot", "interpolated", "road", "dong"].forEach((each) => {
      element.classList.toggle(`is-${each}`, each === grade);
    });
    element.setAttribute("aria-label", name ? `${box.dataset.pin} (${name})` : box.dataset.pin);
    called.setLatLng(point).getElement().textContent = name;
    pin.setLatLng(point);
    circle.setLatLng(point).setRadius(error);
    thinOut();
  };
  const clear = () => {
    if (pin) {
      pin.remove();
      circle.remove();
      called.remove();
      pin = null;
      circle = null;
    }
    houses.clearLayers();
    numbers = [];
    around = null;
  };

  const at = (element) => [Number(element.dataset.lat), Number(element.dataset.lon)];
  const drawOthers = (found) => {
    others.clearLayers();
    const away = (spot) => !found || map.distance(at(spot), at(found)) > 5;
    const spots = [...document.querySelectorAll("[data-other], [data-candidate]")].filter(away);
    spots.forEach((spot) => {
      const kind = spot.hasAttribute("data-other") ? "other-pin is-second" : "other-pin";
      others.addLayer(sign(at(spot), kind, spot.dataset.name, null));
    });
    return spots.map(at);
  };

  const read = (moved) => {
    const found = document.querySelector("[data-found]");
    const also = drawOthers(found);
    if (found) {
      const disputed = document.querySelector("#where [data-other]") && found.dataset.grade !== "placed";
      const name = disputed ? found.dataset.source : found.dataset.name;
      show(at(found), Number(found.dataset.error), found.dataset.grade, name);
      drawHouses(at(found));
    } else {
      clear();
    }
    const points = found ? [at(found), ...also] : also;
    if (moved && points.length > 1) {
      map.fitBounds(points, { padding: [40, 40], maxZoom: 17 });
    } else if (moved && points.length) {
      const error = found ? Number(found.dataset.error) : 0;
      map.setView(points[0], error > 300 ? 14.5 : 17);
    }
    fitNames();
  };

  // From far out nobody can say which house was meant: a press goes nearer, and puts the pin only among houses.
  map.on("click", (event) => {
    if (!isNear()) {
      map.setView(event.latlng, Math.min(map.getZoom() + STEP_IN, NUMBERS_FROM + 0.5));
      return;
    }
    show(event.latlng, 5);
    tell(event.latlng);
  });
  // Without a mouse: the arrow keys move the map, Enter does in its middle what a press does there.
  box.setAttribute("tabindex", "0");
  box.addEventListener("keydown", (event) => {
    const moves = { ArrowUp: [0, -40], ArrowDown: [0, 40], ArrowLeft: [-40, 0], ArrowRight: [40, 0] };
    if (event.target !== box || event.isComposing || event.ctrlKey || event.altKey) {
      return;
    }
    if (moves[event.code]) {
      event.preventDefault();
      map.panBy(moves[event.code], { animate: false });
    } else if (event.code === "Enter" || event.code === "NumpadEnter") {
      event.preventDefault();
      event.stopPropagation();
      map.fire("click", { latlng: map.getCenter() });
    }
  });
  box.addEventListener("mousedown", (event) => {
    if (!event.target.closest(".pin")) {
      event.preventDefault(); // the form keeps the focus
    }
  });
  document.addEventListener("located", (event) => read(!event.detail.byHand));
  read(true);
})();
