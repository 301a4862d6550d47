"use strict";

Live.start();
