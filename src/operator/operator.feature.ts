import { defineFeature } from '../feature';
import { rolesCommands } from './roles.command';
import { usersCommands } from './users.command';

/** What whoever runs the server does to people and roles. */
export const operatorCommands = defineFeature({
  name: 'operator',
  commands: [...usersCommands, ...rolesCommands],
  links: [],
});
