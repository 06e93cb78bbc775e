import { Column, Entity, PrimaryColumn } from 'typeorm';
import { timestamp } from './columns';

/** One row: the lock of every change of who may do what, the version of all roles, and the counted figures. */
@Entity('access_state')
export class AccessState {
  static readonly id = 1;

  @PrimaryColumn()
  id!: number;

  /** Changes whenever any role's permissions change; random, so that a rolled-back one never comes again. */
  @Column({ length: 32 })
  version!: string;

  /** Written first by each change; the row's own lock puts the changes in one order. */
  @Column({ length: 32 })
  turn!: string;

  @Column({ default: 0 })
  people!: number;

  @Column({ name: 'active_people', default: 0 })
  activePeople!: number;

  /** When the superuser was made; once in a database's life. */
  @Column({ ...timestamp, name: 'superuser_made_at', nullable: true })
  superuserMadeAt!: Date | null;

  /** They may have been deleted since; null until they were made. */
  @Column({ name: 'superuser_id', type: 'int', nullable: true })
  superuserId!: number | null;

  /** By what the key of passwords and audit log is recognised; null until the seeder has left it. */
  @Column({ name: 'key_mark', type: 'varchar', length: 64, nullable: true })
  keyMark!: string | null;
}
